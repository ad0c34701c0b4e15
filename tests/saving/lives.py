"""Lives cut in two: the tables of a model as bytes, and equality down to the last attribute."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from ecosim.config import SimulationConfig
from ecosim.model import EcosystemModel
from ecosim.state import Table
from tests.reference.worlds import worlds


def hectic(name: str, burn_in: int = 6) -> SimulationConfig:
    """One of the worlds in which everything happens, with a burn-in and all measures."""
    config = worlds()[name]
    return replace(config, burn_in=burn_in, recording=replace(config.recording, metrics=[], panel_log=True))


def lived(config: SimulationConfig, days: int, **given: Any) -> EcosystemModel:
    """A model that has lived some days."""
    model = EcosystemModel(config, **given)
    for _ in range(days):
        model.step()
    return model


def finish(model: EcosystemModel) -> dict[str, bytes]:
    """Live the days that are left and return the tables as the bytes of their files."""
    while model.world.day < model.config.total_days:
        model.step()
    return written(model)


def written(model: EcosystemModel) -> dict[str, bytes]:
    """Tables as bytes of Parquet, and the measures of the whole run."""
    found = {}
    for name, table in model.recorder.tables().items():
        sink = io.BytesIO()
        pq.write_table(table.replace_schema_metadata(None).combine_chunks(), sink, compression="zstd")
        found[name] = sink.getvalue()
    return {**found, "measures": repr(model.run_measures()).encode()}


def differences(one: Any, other: Any, where: str = "", met: set[int] | None = None) -> Iterator[str]:
    """Walk two objects side by side and name every place in which they differ, whatever they are made of."""
    met = set() if met is None else met
    if id(one) in met:
        return
    if type(one) is not type(other):
        yield f"{where}: {type(one).__name__} and {type(other).__name__}"
    elif isinstance(one, np.ndarray):
        if one.dtype != other.dtype or one.shape != other.shape or one.tobytes() != other.tobytes():
            yield f"{where}: arrays"
    elif isinstance(one, pa.Table):
        if not one.equals(other):
            yield f"{where}: tables"
    elif isinstance(one, Mapping):
        met.add(id(one))
        if list(one) != list(other):
            yield f"{where}: keys"
        else:
            for key in one:
                yield from differences(one[key], other[key], f"{where}[{key!r}]", met)
    elif isinstance(one, list | tuple):
        met.add(id(one))
        if len(one) != len(other):
            yield f"{where}: lengths"
        for k, (a, b) in enumerate(zip(one, other, strict=False)):
            yield from differences(a, b, f"{where}[{k}]", met)
    elif isinstance(one, Table):
        met.add(id(one))
        for name in vars(one).keys() | vars(other).keys():
            if name == "cells":
                cells = [{key: array[: t.size] for key, array in t.cells.items()} for t in (one, other)]
                yield from differences(*cells, f"{where}.cells", met)
            else:
                yield from differences(getattr(one, name), getattr(other, name), f"{where}.{name}", met)
    elif hasattr(one, "__dict__") and not callable(one):
        met.add(id(one))
        for name in vars(one).keys() | vars(other).keys():
            yield from differences(
                vars(one).get(name, "missing"), vars(other).get(name, "missing"), f"{where}.{name}", met
            )
    elif one != other and not (isinstance(one, float) and math.isnan(one) and math.isnan(other)):
        yield f"{where}: {one!r} and {other!r}"
