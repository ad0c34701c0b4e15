"""Creators as Mesa agents: faces over the creator table, and how a user's own creators decide."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ecosim.agents.face import Face, cells
from ecosim.state import Creators, World
from ecosim.strategies.sight import observe, visible_chart

if TYPE_CHECKING:
    from ecosim.model import EcosystemModel

Array = np.ndarray[Any, Any]


class Mode(IntEnum):
    """How an item is made."""

    OWN = 0
    IMITATE = 1
    INNOVATE = 2


class CreatorView(NamedTuple):
    """What one creator can see: themselves and the public chart; see :class:`~ecosim.strategies.base.Observation`."""

    day: int
    age: int
    effort: float
    skill: float
    posts: int
    followers: int
    tier: int
    prosperity: float
    welfare: float
    savings: int
    mode: int
    beliefs: tuple[float, float, float]
    chart_heat: bool
    costs: tuple[float, float, float]


class Decision(NamedTuple):
    """What a creator decides for the day.

    Attributes
    ----------
    effort : float
        Posts a day, between 0 and 8.
    mode : Mode
        How the day's items are made.
    """

    effort: float
    mode: Mode = Mode.OWN


class Creator(Face):
    """An account that publishes; every column of :class:`~ecosim.state.schema.Creators` is an attribute.

    Those with ``brand`` below 0 are creators of their own, and agents of the model. An account that a brand runs has a
    face too (``model.creator(row)``, or ``publisher`` of the brand), but Mesa does not count it among the agents: it
    decides nothing, its :class:`~ecosim.agents.brand.Brand` does.

    Subclass it and override :meth:`decide` to write a rule of your own, then hand the class to
    ``EcosystemModel(config, creators={MyCreator: 0.1})``.
    """

    table_name = "creators"

    def __init__(self, model: EcosystemModel, row: int) -> None:
        super().__init__(model)
        self.row = row

    def decide(self, observation: CreatorView) -> Decision:
        """Decide effort and mode for today; override it. Draw only with :meth:`draw`."""
        raise TypeError(f"{type(self).__name__} must define decide(self, observation) -> Decision")

    def draw(self, k: int = 0) -> float:
        """Return the k-th uniform draw in (0, 1) of this creator and day; use it in place of ``self.random``.

        It depends on seed, creator, day and k alone, so that two scenarios share it.
        """
        from ecosim.kernels import draws

        world = self.model.world
        serial = np.array([self.table.serial[self.row]])  # type: ignore[attr-defined]
        return float(draws.uniforms(world.seed, draws.USER, world.day, serial, k)[0, 0])


cells(Creators, Creator)


class OwnRule:
    """Lets the creators of a user's class decide in plain Python, one by one (a ``Decider`` of the world).

    Parameters
    ----------
    rule : int
        Number of the class in the column ``rule``.
    model : EcosystemModel
        Where the faces are.
    """

    def __init__(self, rule: int, model: EcosystemModel) -> None:
        self.rule = rule
        self.model = model

    def decide(self, world: World, rows: Array) -> tuple[Array, Array]:
        """Ask every creator of the class; effort float32[n], mode int8[n]."""
        effort, mode = np.zeros(rows.size, np.float32), np.zeros(rows.size, np.int8)
        if rows.size == 0:
            return effort, mode
        seen = observe(world, rows, visible_chart(world))
        own, imitate, innovate = (float(cost) for cost in seen.costs)
        for k, row in enumerate(rows):
            view = CreatorView(
                day=seen.day,
                **{name: getattr(seen, name)[k].item() for name in _SCALARS},
                beliefs=tuple(seen.beliefs[k].tolist()),
                costs=(own, imitate, innovate),
            )
            decision = self.model.creator(int(row)).decide(view)
            effort[k], mode[k] = decision.effort, int(decision.mode)
        return effort, mode


_SCALARS = (
    "age", "effort", "skill", "posts", "followers", "tier", "prosperity", "welfare", "savings", "mode",
    "chart_heat",
)  # fmt: skip
