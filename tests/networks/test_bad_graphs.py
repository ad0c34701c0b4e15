"""A graph that cannot be used is refused in one message, with code 2, before anything is written."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import pytest

from ecosim.cli import main

EDGES = "from,to\n" + "".join(f"{n},{n + 1}\n" for n in range(30))
NODES = "id,views\n" + "".join(f"{n},{n * 10}\n" for n in range(31))
BAD_NODES = {
    "text.csv": NODES.replace("\n7,70\n", "\n7,many\n"),
    "negative.csv": NODES.replace("\n7,70\n", "\n7,-70\n"),
    "infinite.csv": NODES.replace("\n7,70\n", "\n7,inf\n"),
    "nothing.csv": NODES.replace("\n7,70\n", "\n7,\n"),
    "zero.csv": "id,views\n" + "".join(f"{n},0\n" for n in range(31)),
    "few.csv": NODES.replace("\n7,70\n", "\n").replace("\n9,90\n", "\n"),
    "twice.csv": NODES + "7,3\n",
    "blank.csv": "",
}
FILES = {
    "edges.csv": EDGES,
    "nodes.csv": NODES,
    "empty.csv": "",
    "comments.csv": "# nothing\n\n",
    "header.csv": "from,to\n",
    "single.csv": "1\n2\n",
    "ragged.csv": "from,to\n1,2\n3\n",
    "wide.csv": "from,to\n1,2\n3,4,5\n",
    "hole.csv": "from,to\n1,2\n3,\n",
    "tiny.csv": "1,2\n2,3\n",
    "loops.csv": "1,1\n2,2\n",
    "latin.csv": "",
    **BAD_NODES,
}


def audience(name: str) -> list[str]:
    return ["network.path=edges.csv", f"network.attributes={name}", "network.audience=views"]


MATRIX = [
    ([], ["network.path: network=edgelist needs the file of edges", "network.path=FILE"]),
    (["network.path=absent.csv"], ["network.path: cannot read 'absent.csv'", "relative paths start from"]),
    (["network.path=."], ["network.path: cannot read '.'", "directory"]),
    (["network.path=latin.csv"], ["network.path: 'latin.csv': it is not text in UTF-8"]),
    (["network.path=empty.csv"], ["network.path: 'empty.csv': it holds no edge"]),
    (["network.path=comments.csv"], ["it holds no edge"]),
    (["network.path=header.csv"], ["it holds a header but no edge"]),
    (["network.path=single.csv"], ["line 1 has 1 column where an edge needs two", "network.delimiter"]),
    (["network.path=ragged.csv"], ["line 3 has 1 column where the first has 2: '3'", "separated by ','"]),
    (["network.path=wide.csv"], ["line 3 has 3 columns where the first has 2"]),
    (["network.path=hole.csv"], ["line 3 names no node in column 2 of 2"]),
    (["network.path=edges.csv", "network.source=form"], ["there is no column 'form'", "Did you mean 'from'?"]),
    (["network.path=edges.csv", "network.target=5"], ["network.target: found 5", "count from 0 to 1"]),
    (["network.path=edges.csv", "network.header=false", "network.source=from"], ["has no header", "Give a number"]),
    (["network.path=edges.csv", "network.source=1"], ["name the same column (1)"]),
    (["network.path=tiny.csv"], ["has 3 nodes, which makes 3 creators; scale.creators must be a whole number from 5"]),
    (["network.path=loops.csv", "network.nodes=consumers"], ["has 2 nodes, which makes 2 consumers", "from 20"]),
    (["network.path=edges.csv", "network.nodes=consumers"], ["makes 2 creators"]),
    (["network.path=edges.csv", "network.nodes=brands"], ["network.nodes: must be one of creators, consumers"]),
    (["network.path=edges.csv", "network.audience=views"], ["network.audience: needs", "network.attributes=FILE"]),
    ([*audience("nodes.csv"), "network.nodes=consumers"], ["network.audience: consumers have no audience"]),
    ([*audience("nodes.csv"), "network.audience=vieuws"], ["no column 'vieuws'", "'views'?", "id, views"]),
    ([*audience("nodes.csv"), "network.id=ident"], ["network.id: there is no column 'ident'"]),
    (audience("absent.csv"), ["network.attributes: cannot read 'absent.csv'"]),
    (audience("blank.csv"), ["network.attributes: 'blank.csv': it is empty"]),
    (audience("few.csv"), ["its column 'id' lacks 2 of the 31 nodes of the edges: 7, 9", "network.id"]),
    (audience("twice.csv"), ["line 33 describes node '7' again, after line 9"]),
    (audience("text.csv"), ["line 9: the audience must be a number of at least 0, found 'many'"]),
    (audience("negative.csv"), ["line 9: the audience must be a number of at least 0, found '-70'"]),
    (audience("infinite.csv"), ["line 9", "found 'inf'"]),
    (audience("nothing.csv"), ["line 9", "found ''"]),
    (audience("zero.csv"), ["network.audience: 'views' is 0 for every node"]),
]  # fmt: skip


@pytest.mark.parametrize("command", [["run"], ["run", "-m", "seed=1,2"]], ids=["run", "sweep"])
@pytest.mark.parametrize(("words", "expected"), MATRIX, ids=[" ".join(words) or "no path" for words, _ in MATRIX])
def test_one_message_code_2_and_nothing_left(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: list[str],
    expected: list[str],
    command: list[str],
) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "latin.csv").write_bytes("é,ü\n".encode("latin-1"))
    monkeypatch.chdir(tmp_path)
    assert main([*command, "network=edgelist", *words]) == 2
    printed = capfd.readouterr()
    assert printed.out == ""
    assert printed.err.count("ecosim: ") == 1
    for part in expected:
        assert part in printed.err
    assert "Traceback" not in printed.err
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(FILES)


def test_too_many_nodes_are_refused_before_a_world_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A million and one creators: the edges are not written out, only the reading is stood in for."""
    from ecosim.networks.edges import RealGraph
    from ecosim.state.graph import Ties

    many = RealGraph(("x",) * 1_000_001, Ties.empty(0), None)
    monkeypatch.chdir(tmp_path)
    with mock.patch("ecosim.networks.edgelist.read", return_value=many):
        assert main(["run", "network=edgelist", "network.path=many.csv"]) == 2
    said = "1,000,001 nodes, which makes 1,000,001 creators; scale.creators must be a whole number from 5 to 1000000"
    assert said in capfd.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_the_run_folder_holds_the_real_sizes_and_what_was_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    import json

    (tmp_path / "edges.csv").write_text(EDGES + "3,3\n1,0\n")
    monkeypatch.chdir(tmp_path)
    words = ["run", "network=edgelist", "network.path=edges.csv", "scale=toy", "days=1", "burn_in=1", "out=here",
             "recording.figures=false"]  # fmt: skip
    assert main(words) == 0
    said = "left out of 'edges.csv': 1 edge from a node to itself and 1 edge given more than once"
    assert f"warning: network.path: {said}" in capfd.readouterr().out
    manifest = json.loads((tmp_path / "here" / "manifest.json").read_text())
    assert manifest["config"]["scale"] == {"name": "edges", "consumers": 310, "creators": 31, "brands": None}
    assert any(said in warning for warning in manifest["warnings"])
