"""The standards a define.xml names, and how cheaply facts are at hand."""

import doctest
import subprocess
import sys

import clinmap.standards
import clinmap.standards.published as module
from clinmap.standards import STANDARDS, standard
from clinmap.terminology import load_packaged


def test_examples() -> None:
    assert doctest.testmod(module).failed == 0
    assert doctest.testmod(clinmap.standards).failed == 0


def test_standards_are_terms_of_the_define_xml_terminology() -> None:
    define = load_packaged("Define")
    for codelist, values in {
        "STDNAM": {s.name for s in STANDARDS},
        "STDTYP": {s.type for s in STANDARDS},
        "CTSTDTYP": {s.publishing_set for s in STANDARDS if s.publishing_set},
    }.items():
        known = define.codelist(codelist)
        assert known is not None
        assert values <= set(known.values)


def test_unknown_standard() -> None:
    assert standard("SDTMIG", "SDTM") is None


def test_facts_import_nothing_heavy() -> None:
    code = (
        "import sys, clinmap.standards, clinmap.terminology as t; "
        "clinmap.standards.sdtm_variable('LB', 'LBLLOQ'); t.load_packaged('SDTM').codelist('SEX'); "
        "print(sorted({'pandas', 'numpy', 'lxml', 'pydantic', 'difflib'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
