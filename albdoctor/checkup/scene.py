"""The scene of a judgement: what findings are weighed by."""

from __future__ import annotations

from albdoctor.checkup.judgement import Judgement
from albdoctor.derive.needs import wants_of
from albdoctor.derive.once import one_judgement
from albdoctor.derive.request.scene import Scene
from albdoctor.facts.snapshot import Facts


def scene_of(facts: Facts, judgement: Judgement | None = None) -> Scene:
    """The scan as a whole, by which findings are weighed; a judgement that checks ran over has made it already."""
    with one_judgement():
        made = (judgement or Judgement(facts)).arguments(wants_of(_of_scene))
    scene: Scene = made.values["scene"]  # type: ignore[assignment] # pyright: ignore[reportAssignmentType] - made by its derivation
    return scene


def _of_scene(scene: Scene) -> None:
    """Ask for the scene as a check does."""
