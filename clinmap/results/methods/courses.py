"""Numbers over time: mean or median by group, and the lines of single subjects with boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from clinmap.results.method import SUBJECT, Group, Method, Part, Use, method
from clinmap.results.methods.summaries import quartiles
from clinmap.results.shown import Marks, Panel, Records

if TYPE_CHECKING:
    import pandas as pd

Scales = Literal["linear", "log", "both"]
LEAST = 2
"""A standard deviation needs so many values."""


@method
class TimeCourse(Method):
    """Draw a number over time: mean with standard deviation, or median with quartiles, by group.

    `time_course` is the number, `over` the time; `show` is mean or median. `scale: both` draws a
    linear panel and one with a logarithmic axis, which leaves out values of 0 or less. Missing
    values are not counted.
    """

    time_course: str
    over: str
    show: Literal["mean", "median"] = "mean"
    scale: Scales = "linear"
    x: str = ""
    y: str = ""
    name: ClassVar[str] = "time_course"
    shown = "figure"

    def uses(self) -> tuple[Use, ...]:
        """The number and the time."""
        return (Use(self.time_course, "number"), Use(self.over, "number"))

    def notes(self) -> tuple[str, ...]:
        """What the whiskers are."""
        spread = "mean and SD" if self.show == "mean" else "median and quartiles"
        return (f"Points and whiskers: {spread}.",)

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """One panel, or a linear and a logarithmic one, for each part."""
        scales = ("linear", "log") if self.scale == "both" else (self.scale,)
        return [self._panel(part, scale == "log") for part in parts for scale in scales]

    def _panel(self, part: Part, log: bool) -> Panel:
        found = (self._line(part, group, log) for group in part.groups)
        marks = tuple(one for one in found if one is not None)
        title = ", ".join((*part.labels, *(["logarithmic"] if log else [])))
        y = self.y or part.label(self.time_course)
        return Panel(title, self.x or part.label(self.over), y, marks, y_log=log)

    def _line(self, part: Part, group: Group, log: bool) -> Marks | None:
        frame = part.of(group)
        frame = frame[frame[self.time_course].notna() & frame[self.over].notna()]
        if log:
            frame = frame[frame[self.time_course] > 0]
        if frame.empty:
            return None
        times, middles, lows, highs, records = [], [], [], [], []
        for time, at in frame.groupby(self.over):
            low, middle, high = self._summary(at)
            times.append(float(str(time)))
            middles.append(middle)
            lows.append(None if log and low is not None and low <= 0 else low)
            highs.append(high)
            records.append(part.records(at, self.time_course))
        return Marks("line", group.label, tuple(times), tuple(middles), tuple(lows), tuple(highs),
                     records=tuple(records))  # fmt: skip

    def _summary(self, at: pd.DataFrame) -> tuple[float | None, float, float | None]:
        numbers = at[self.time_course].to_numpy(dtype="float64")
        if self.show == "median":
            return quartiles(numbers)
        mean = float(numbers.mean())
        if len(numbers) < LEAST:
            return None, mean, None
        spread = float(numbers.std(ddof=1))
        return mean - spread, mean, mean + spread


@method
class Trajectories(Method):
    """Draw a number of each subject over time as a line, and a box for each group and time.

    `trajectories` is the number, `over` the time (a number). A panel for each part and group.
    Missing values are gaps.
    """

    trajectories: str
    over: str
    boxes: bool = True
    y_log: bool = False
    x: str = ""
    y: str = ""
    reference: float | None = None
    name: ClassVar[str] = "trajectories"
    shown = "figure"

    def uses(self) -> tuple[Use, ...]:
        """The number and the time."""
        return (Use(self.trajectories, "number"), Use(self.over, "number"))

    def notes(self) -> tuple[str, ...]:
        """What the lines and boxes are."""
        boxes = " Boxes: quartiles and median; whiskers: all values." if self.boxes else ""
        return (f"Lines: subjects.{boxes}",)

    def panels(self, parts: Sequence[Part]) -> list[Panel]:
        """A panel for each part and group with records."""
        return [
            self._panel(part, group) for part in parts for group in part.compared
            if len(part.of(group))
        ]  # fmt: skip

    def _panel(self, part: Part, group: Group) -> Panel:
        frame = part.of(group)
        frame = frame[frame[self.trajectories].notna() & frame[self.over].notna()]
        if self.y_log:
            frame = frame[frame[self.trajectories] > 0]
        marks = [*self._lines(part, frame), *(self._boxes(part, frame) if self.boxes else [])]
        one = len(part.compared) == 1
        references = () if self.reference is None else (("", self.reference),)
        return Panel(
            ", ".join((*part.labels, *(() if one else (group.label,)))),
            self.x or part.label(self.over), self.y or part.label(self.trajectories),
            tuple(marks), y_log=self.y_log, references=references,
        )  # fmt: skip

    def _lines(self, part: Part, frame: pd.DataFrame) -> Iterator[Marks]:
        for subject, own in frame.sort_values(self.over, kind="stable").groupby(SUBJECT):
            yield Marks(
                "line", str(subject), tuple(own[self.over]), tuple(own[self.trajectories]),
                records=tuple(Records(part.dataset, (int(row),), self.trajectories)
                              for row in own.index),
            )  # fmt: skip

    def _boxes(self, part: Part, frame: pd.DataFrame) -> Iterator[Marks]:
        """A box for each time, from the quartiles, with whiskers to the least and the greatest."""
        found = list(frame.groupby(self.over))
        if not found:
            return
        values = [at[self.trajectories].to_numpy(dtype="float64") for _, at in found]
        ends = [quartiles(at) for at in values]
        yield Marks(
            "box", "quartiles", tuple(float(str(time)) for time, _ in found),
            tuple(middle for _, middle, _ in ends), tuple(low for low, _, _ in ends),
            tuple(high for _, _, high in ends),
            records=tuple(part.records(at, self.trajectories) for _, at in found),
            least=tuple(float(at.min()) for at in values),
            most=tuple(float(at.max()) for at in values),
        )  # fmt: skip
