"""What is expected and what is met, matched by code, dataset and variable."""

from __future__ import annotations

from clinmap.app.build.expected import reconcile
from clinmap.plan import ExpectedProblem
from clinmap.problems import Problem, Severity


def problem(count: int = 1, message: str = "no term", variable: str = "AESEV") -> Problem:
    return Problem("TRM001", Severity.ERROR, message, "AE", variable, count=count)


def expected(
    count: int | None, variable: str = "AESEV", reason: str = "known", says: str = ""
) -> ExpectedProblem:
    return ExpectedProblem("TRM001", "AE", variable, count, reason, says=says)


def codes(problems: list[Problem]) -> list[tuple[str, str]]:
    return [(p.code, p.explained) for p in problems]


def test_count_that_agrees_explains() -> None:
    assert codes(reconcile([problem(3)], [expected(3)])) == [("TRM001", "known")]


def test_a_new_problem_cannot_hide_behind_a_known_one_of_the_same_code() -> None:
    found = reconcile([problem(2, "a"), problem(1, "b")], [expected(3)])
    assert codes(found) == [("EXP003", ""), ("TRM001", ""), ("TRM001", "")]


def test_an_entry_says_which_message_it_means() -> None:
    known = [expected(2, reason="of a", says="a"), expected(1, reason="of b", says="b")]
    found = reconcile([problem(2, "a"), problem(1, "b")], known)
    assert codes(found) == [("TRM001", "of a"), ("TRM001", "of b")]
    swapped = reconcile([problem(1, "a"), problem(2, "b")], known)
    assert [code for code, _ in codes(swapped)] == ["EXP002", "EXP002", "TRM001", "TRM001"]


def test_the_narrower_entry_wins() -> None:
    known = [expected(None, reason="any"), expected(1, reason="of b", says="b")]
    found = reconcile([problem(5, "a"), problem(1, "b")], known)
    assert codes(found) == [("TRM001", "any"), ("TRM001", "of b")]


def test_no_count_matches_any() -> None:
    assert codes(reconcile([problem(7)], [expected(None)])) == [("TRM001", "known")]


def test_no_count_and_no_problem_is_an_error() -> None:
    assert codes(reconcile([], [expected(None)])) == [("EXP001", "")]


def test_another_count_leaves_the_problem_unexplained() -> None:
    assert codes(reconcile([problem(2)], [expected(3)])) == [("EXP002", ""), ("TRM001", "")]


def test_another_variable_is_another_problem_and_named_in_the_hint() -> None:
    found = reconcile([problem(variable="AESER")], [expected(1)])
    assert sorted(codes(found)) == [("EXP001", ""), ("TRM001", "")]
    assert any("TRM001 occurred in AE.AESER." in p.hint for p in found)


def test_two_declarations_of_one_key_add_up() -> None:
    found = reconcile([problem(3)], [expected(1, reason="one."), expected(2, reason="two.")])
    assert codes(found) == [("TRM001", "one. two.")]


def test_what_does_not_apply_is_left_alone() -> None:
    assert reconcile([], [expected(1)], lambda _: False) == []


def test_declared_zero_is_no_expectation_of_a_problem() -> None:
    assert reconcile([], [expected(0)]) == []


def everywhere(dataset: str = "*", variable: str = "", reason: str = "all") -> ExpectedProblem:
    return ExpectedProblem("TRM001", dataset, variable, None, reason)


def test_a_star_is_every_dataset_or_every_variable_of_one() -> None:
    for one in (everywhere(), everywhere("*", "*"), everywhere("AE", "*")):
        assert codes(reconcile([problem()], [one])) == [("TRM001", "all")]
    for other in (everywhere("CM", "*"), everywhere("*", "AEOUT")):
        found = reconcile([problem()], [other])
        assert sorted(codes(found)) == [("EXP001", ""), ("TRM001", "")]


def test_what_names_more_comes_before_a_star() -> None:
    known = [everywhere(), everywhere("AE", "*", "of AE"), expected(None, reason="of AESEV")]
    found = reconcile([problem(), problem(variable="AEOUT")], known)
    assert {p.variable: p.explained for p in found if p.code == "TRM001"} == {
        "AESEV": "of AESEV", "AEOUT": "of AE",
    }  # fmt: skip
    assert [p.dataset for p in found if p.code == "EXP001"] == ["*"]


def test_a_star_explains_in_a_partial_build_and_never_fails_it() -> None:
    def nothing(_: ExpectedProblem) -> bool:
        return False

    assert codes(reconcile([problem()], [everywhere()], nothing)) == [("TRM001", "all")]
    assert reconcile([], [everywhere()], nothing) == []
