"""Who is who: counts by role, dose levels in time order, no clash of identifiers."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable

import pytest

from clinmap.simulation.calendar import courses, treatment_end
from clinmap.simulation.cast import Member, roster

SEED = 20130204
CAST = roster(30, SEED)
BY_ID = {member.subject: member for member in CAST}


def test_thirty_persons_are_thirty_one_ids() -> None:
    assert len(CAST) == 31
    assert BY_ID["105-004"].prior_subject == "105-001"
    assert BY_ID["105-004"].enrollment == 2


def test_27_persons_were_treated() -> None:
    treated = {member.prior_subject or member.subject for member in CAST if member.start}
    assert len(treated) == 27
    assert {m.subject for m in CAST if m.level is None} == {"102-009", "106-001"}
    assert [m.subject for m in CAST if m.level and not m.start] == ["103-002"]


def test_dose_levels_of_first_enrollments() -> None:
    levels = Counter(m.level for m in CAST if m.start and m.enrollment == 1)
    assert levels == {1: 3, 2: 7, 3: 3, 4: 6, 5: 8}


def test_a_level_starts_after_the_level_below_was_observed() -> None:
    starts: dict[int, list[Member]] = {}
    for member in CAST:
        if member.start and member.level and member.enrollment == 1:
            starts.setdefault(member.level, []).append(member)
    for level in (2, 3, 4, 5):
        first = min(m.start for m in starts[level] if m.start)
        last = max(m.start for m in starts[level - 1] if m.start)
        assert (first - last).days >= 28, level


def test_fourteen_months_between_the_two_enrollments() -> None:
    first, second = BY_ID["105-001"].enrolled_on, BY_ID["105-004"].enrolled_on
    assert (second.year - first.year) * 12 + second.month - first.month == 14


def test_protocol_versions() -> None:
    assert BY_ID["104-005"].version == "1"
    assert BY_ID["101-001"].version == "2"
    assert BY_ID["104-001"].version == "2;3"
    assert BY_ID["105-003"].version == "3"
    for member in CAST:
        if len(member.courses) > 6:
            assert member.version.endswith("3")


def test_registration_numbers_and_ordinals_are_unique_with_many_subjects() -> None:
    many = roster(200, SEED)
    numbers = [member.registration for member in many if member.level]
    assert len(set(numbers)) == len(numbers)
    assert len({member.ordinal for member in many}) == len(many) == 201
    assert len({member.subject for member in many}) == 201


@pytest.mark.parametrize("member", CAST, ids=lambda member: member.subject)
def test_courses_do_not_overlap_and_end_before_the_end_of_treatment(member: Member) -> None:
    given = courses(member, SEED)
    for earlier, later in itertools.pairwise(given):
        assert (later.start - earlier.start).days == 28 + later.delay
    if given:
        assert treatment_end(member, given, SEED) >= given[-1].day(given[-1].last_day)
        assert member.consent < member.enrolled_on < given[0].start


def test_one_subject_skips_a_course_number(rows_of: Callable[..., list[dict[str, str]]]) -> None:
    assert [row["COURSE"] for row in rows_of("course", "102-002")] == ["1", "2", "3", "4", "6"]


def test_fewer_persons_are_the_first_of_the_cast() -> None:
    assert [member.subject for member in roster(2, SEED)] == ["101-001", "101-002"]
