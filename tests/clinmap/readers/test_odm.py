"""ODM-XML: rows, columns, transactions; odmlib writes what is read here."""

from __future__ import annotations

from pathlib import Path

import odmlib.odm_1_3_2.model as odmlib
import pytest

from clinmap.plan import RawTable
from clinmap.problems import InputError
from clinmap.raw_formats import OdmOptions
from clinmap.readers.odm import OdmTable, odm_problems, read_item_groups, read_odm
from clinmap.readers.odm_files import OdmFiles
from clinmap.readers.odm_xml import odm_elements, odm_header

NAMESPACE = "http://www.cdisc.org/ns/odm/v1.3"
HEAD = f'<ODM xmlns="{NAMESPACE}" FileType="Snapshot" ODMVersion="1.3.2">'
STUDY = """
<Study OID="S.1">
 <GlobalVariables><StudyName>TRIAL-1</StudyName></GlobalVariables>
 <BasicDefinitions>
  <MeasurementUnit OID="MU.KG" Name="kg"/><MeasurementUnit OID="MU.LB" Name="lb"/>
 </BasicDefinitions>
 <MetaDataVersion OID="M.1" Name="one">
  <Protocol><StudyEventRef StudyEventOID="V1" OrderNumber="10" Mandatory="No"/></Protocol>
  <ItemGroupDef OID="ae" Name="AE" Repeating="Yes">
   <ItemRef ItemOID="ae.SEV" OrderNumber="2" Mandatory="No"/>
   <ItemRef ItemOID="ae.TERM" OrderNumber="1" Mandatory="No"/>
   <ItemRef ItemOID="ae.WT" OrderNumber="3" Mandatory="No"/>
  </ItemGroupDef>
  <ItemGroupDef OID="IG.VS" Name="vs" Repeating="No">
   <ItemRef ItemOID="vs.TEMP" Mandatory="No"/><ItemRef ItemOID="old.TEMP" Mandatory="No"/>
   <ItemRef ItemOID="vs.SUBJECT" Mandatory="No"/>
  </ItemGroupDef>
  <ItemDef OID="ae.TERM" Name="AETERM" DataType="text"/>
  <ItemDef OID="ae.SEV" Name="AESEV" DataType="text"><CodeListRef CodeListOID="SEV"/></ItemDef>
  <ItemDef OID="ae.WT" Name="WT" DataType="float">
   <MeasurementUnitRef MeasurementUnitOID="MU.KG"/><MeasurementUnitRef MeasurementUnitOID="MU.LB"/>
  </ItemDef>
  <ItemDef OID="vs.TEMP" Name="TEMP" DataType="float"/>
  <ItemDef OID="old.TEMP" Name="TEMP" DataType="float"/>
  <ItemDef OID="vs.SUBJECT" Name="SUBJECT" DataType="text"/>
  <CodeList OID="SEV" Name="severity" DataType="text">
   <CodeListItem CodedValue="1"><Decode><TranslatedText xml:lang="fr">LEGER</TranslatedText>
    <TranslatedText xml:lang="en">MILD</TranslatedText></Decode></CodeListItem>
   <CodeListItem CodedValue="2"><Decode><TranslatedText>SEVERE</TranslatedText></Decode>
   </CodeListItem>
  </CodeList>
 </MetaDataVersion>
</Study>
"""
CONTEXT = ["PROJECT", "SITENUMBER", "SUBJECT", "FOLDER", "FOLDERSEQ", "FORMOID"]
CONTEXT += ["RECORDPOSITION", "PAGEREPEAT"]


def rows(*groups: str, subject: str = "01") -> str:
    """A subject with these item groups in one form."""
    return (
        f'<SubjectData SubjectKey="{subject}"><SiteRef LocationOID="101"/>'
        '<StudyEventData StudyEventOID="V1"><FormData FormOID="AE" FormRepeatKey="1">'
        f"{''.join(groups)}</FormData></StudyEventData></SubjectData>"
    )


def row(key: str, *items: str, group: str = "ae", more: str = "") -> str:
    return (
        f'<ItemGroupData ItemGroupOID="{group}" ItemGroupRepeatKey="{key}"{more}>'
        f"{''.join(items)}</ItemGroupData>"
    )


def item(oid: str, value: str, more: str = "") -> str:
    return f'<ItemData ItemOID="{oid}" Value="{value}"{more}/>'


def saved(
    folder: Path, *subjects: str, head: str = HEAD, study: str = STUDY, tail: str = "</ODM>"
) -> Path:
    path = folder / "study.xml"
    data = f'<ClinicalData StudyOID="S.1" MetaDataVersionOID="M.1">{"".join(subjects)}'
    path.write_text(f"{head}{study}{data}</ClinicalData>{tail}", encoding="utf-8")
    return path


def read(path: Path, group: str = "ae", **more: object) -> OdmTable:
    return read_item_groups(path, "study.xml", [group], **more)[group]  # type: ignore[arg-type]


def refusal(path: Path, group: str = "ae") -> InputError:
    with pytest.raises(InputError) as caught:
        read(path, group)
    assert caught.value.location is not None
    assert caught.value.location.file == "study.xml"
    return caught.value


# ----------------------------------------------------------------------------- rows and columns


def test_a_row_is_its_context_and_its_items_in_the_order_of_the_group(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1", item("ae.TERM", "Rash &amp; itch"), item("ae.SEV", "1"))))
    frame = read_odm(path, "study.xml", "ae")
    assert list(frame.columns) == [*CONTEXT, "AETERM", "AESEV", "AESEV_STD", "WT", "WT_UNITS"]
    (found,) = frame.to_dict("records")
    assert [found[name] for name in CONTEXT] == ["TRIAL-1", "101", "01", "V1", "10", "AE", "1", "1"]
    assert (found["AETERM"], found["AESEV"], found["AESEV_STD"]) == ("Rash & itch", "MILD", "1")


def test_every_column_is_arrow_text(tmp_path: Path) -> None:
    frame = read(saved(tmp_path, rows(row("1", item("ae.TERM", "Rash"))))).frame
    assert {str(kind) for kind in frame.dtypes} == {"str"}


def test_values_stay_as_they_stand(tmp_path: Path) -> None:
    texts = ["007", "&lt;0.5", " NA ", "1:160", "two&#10;lines", "Fièvre"]
    path = saved(tmp_path, rows(*(row(str(n), item("ae.TERM", t)) for n, t in enumerate(texts))))
    assert list(read(path).frame["AETERM"]) == [
        "007",
        "<0.5",
        " NA ",
        "1:160",
        "two\nlines",
        "Fièvre",
    ]


def test_typed_items_are_read_like_untyped_ones(tmp_path: Path) -> None:
    typed = (
        '<ItemDataString ItemOID="ae.TERM">Rash</ItemDataString>'
        '<ItemDataFloat ItemOID="ae.WT" MeasurementUnitOID="MU.LB">4.50</ItemDataFloat>'
    )
    (found,) = read(saved(tmp_path, rows(row("1", typed)))).frame.to_dict("records")
    assert (found["AETERM"], found["WT"], found["WT_UNITS"]) == ("Rash", "4.50", "lb")


def test_null_items_are_missing_and_counted_apart_from_absent_ones(tmp_path: Path) -> None:
    null = '<ItemData ItemOID="ae.TERM" IsNull="Yes"/>'
    found = read(saved(tmp_path, rows(row("1", null), row("2"), row("3", item("ae.TERM", "")))))
    assert found.frame["AETERM"].isna().all()
    assert found.null_flags == {"AETERM": 1}


def test_missing_tokens_are_missing_and_need_no_decode(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1", item("ae.TERM", "ND"), item("ae.SEV", "ND"))))
    found = read(path, missing=("ND",))
    assert found.frame[["AETERM", "AESEV", "AESEV_STD"]].isna().all(axis=None)
    assert not found.undecoded


def test_a_unit_beside_a_value_has_a_column(tmp_path: Path) -> None:
    unit = '<MeasurementUnitRef MeasurementUnitOID="MU.KG"/>'
    weighed = f'<ItemData ItemOID="ae.WT" Value="20.5">{unit}</ItemData>'
    found = read(saved(tmp_path, rows(row("1", weighed), row("2", item("ae.WT", "21"))))).frame
    assert found["WT_UNITS"].tolist()[0] == "kg"
    assert found["WT_UNITS"].isna().tolist() == [False, True]


def test_the_only_unit_of_an_item_is_its_unit(tmp_path: Path) -> None:
    one = STUDY.replace('<MeasurementUnitRef MeasurementUnitOID="MU.LB"/>', "")
    path = saved(tmp_path, rows(row("1", item("ae.WT", "21")), row("2")), study=one)
    assert read(path).frame["WT_UNITS"].fillna("").tolist() == ["kg", ""]


def test_a_code_without_decode_is_a_problem_and_stays_as_code(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1", item("ae.SEV", "1")), row("2", item("ae.SEV", "9"))))
    found = read(path)
    (problem,) = odm_problems(found, "ae", "study.xml")
    assert (problem.code, problem.variable, problem.rows) == ("RAW040", "AESEV", ("ae:2",))
    assert found.frame["AESEV_STD"].tolist() == ["1", "9"]
    assert found.frame["AESEV"].fillna("").tolist() == ["MILD", ""]


def test_columns_that_would_be_called_alike_have_their_whole_oid(tmp_path: Path) -> None:
    items = (item("vs.TEMP", "37.0"), item("old.TEMP", "99"), item("vs.SUBJECT", "x"))
    path = saved(tmp_path, rows(row("1", *items, group="IG.VS")))
    (found,) = read(path, "IG.VS").frame.to_dict("records")
    assert (found["vs.TEMP"], found["old.TEMP"], found["vs.SUBJECT"]) == ("37.0", "99", "x")
    assert found["SUBJECT"] == "01"


def test_an_item_that_the_group_does_not_list_has_a_column_at_the_end(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1", item("ae.LATE", "x"), item("ae.TERM", "Rash"))))
    assert list(read(path).frame.columns)[-1] == "LATE"


def test_an_item_that_stands_twice_in_a_row_is_a_problem(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1", item("ae.TERM", "a"), item("ae.TERM", "b"))))
    found = read(path)
    assert found.frame["AETERM"].tolist() == ["b"]
    assert [p.code for p in odm_problems(found, "ae", "study.xml")] == ["RAW041"]


def test_a_repeated_study_event_has_its_key_in_a_column(tmp_path: Path) -> None:
    repeated = rows(row("1")).replace('OID="V1"', 'OID="V1" StudyEventRepeatKey="2"')
    frame = read(saved(tmp_path, repeated)).frame
    assert frame["FOLDERREPEAT"].tolist() == ["2"]
    assert list(frame.columns)[:9] == [*CONTEXT, "FOLDERREPEAT"]


def test_a_group_without_rows_has_its_columns(tmp_path: Path) -> None:
    frame = read(saved(tmp_path, rows(row("1"))), "IG.VS").frame
    assert len(frame) == 0
    assert list(frame.columns) == [*CONTEXT, "vs.TEMP", "old.TEMP", "vs.SUBJECT"]


def test_a_group_is_found_by_its_name_where_no_oid_is_called_so(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1", item("vs.TEMP", "37"), group="IG.VS")))
    assert len(read(path, "vs").frame) == 1


def test_data_without_metadata_have_the_last_part_of_the_oid_as_column(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1", item("ae.TERM", "Rash"))), study="")
    (found,) = read(path).frame.to_dict("records")
    assert (found["PROJECT"], found["TERM"]) == ("S.1", "Rash")


def test_several_groups_are_read_in_one_pass(tmp_path: Path) -> None:
    subject = rows(row("1", item("ae.TERM", "Rash")), row("1", group="IG.VS"), row("2"))
    found = read_item_groups(saved(tmp_path, subject), "study.xml", ["ae", "vs"])
    assert [len(found[name].frame) for name in ("ae", "vs")] == [2, 1]


def test_more_rows_than_a_chunk_keep_their_order_and_late_columns(tmp_path: Path) -> None:
    groups = [row(str(n), item("ae.TERM", f"t{n}")) for n in range(9000)]
    groups[-1] = row("9000", item("ae.LATE", "x"))
    frame = read(saved(tmp_path, rows(*groups))).frame
    assert frame["AETERM"].tolist()[:8999] == [f"t{n}" for n in range(8999)]
    assert frame["LATE"].notna().sum() == 1


def test_what_was_read_is_forgotten(tmp_path: Path) -> None:
    groups = [row(str(n), item("ae.TERM", "x")) for n in range(500)]
    path = saved(tmp_path, *(rows(*groups, subject=str(n)) for n in range(20)))
    most = 0
    for event, name, element in odm_elements(path, "study.xml", odm_header(path, "study.xml")):
        if event == "end" and name == "ItemGroupData":
            root = element.getroottree().getroot()
            most = max(most, sum(1 for _ in root.iter(f"{{{NAMESPACE}}}ItemGroupData")))
    assert most < 1000  # of 10,000: the parser is ahead by 32 kB


@pytest.mark.parametrize("version", ["1.3", "1.2"])
def test_a_namespace_may_have_a_prefix(tmp_path: Path, version: str) -> None:
    path = saved(tmp_path, rows(row("1", item("ae.TERM", "Rash"))))
    text = path.read_text(encoding="utf-8").replace("<", "<o:").replace("<o:/", "</o:")
    text = text.replace("xmlns=", "xmlns:o=").replace("v1.3", f"v{version}")
    path.write_text(text, encoding="utf-8")
    assert read(path).frame["AETERM"].tolist() == ["Rash"]


# ------------------------------------------------------------------------------- transactions


HISTORY = HEAD.replace("Snapshot", "Transactional")


def replayed(folder: Path, *subjects: str) -> OdmTable:
    return read(saved(folder, *subjects, head=HISTORY), audit=True)


def kind(name: str) -> str:
    return f' TransactionType="{name}"'


def test_the_last_value_of_a_cell_holds(tmp_path: Path) -> None:
    first = row("1", item("ae.TERM", "Rush", kind("Insert")), more=kind("Insert"))
    later = row("1", item("ae.TERM", "Rash", kind("Update")), more=kind("Update"))
    found = replayed(tmp_path, rows(first), rows(later))
    assert found.frame["AETERM"].tolist() == ["Rash"]
    assert found.misfits == 0


def test_removed_items_and_rows_are_gone(tmp_path: Path) -> None:
    first = (
        row("1", item("ae.TERM", "Rash"), item("ae.WT", "4"), more=kind("Insert")),
        row("2", item("ae.TERM", "Fever"), more=kind("Insert")),
    )
    removed = '<ItemData ItemOID="ae.WT" TransactionType="Remove"/>'
    later = (row("1", removed, more=kind("Context")), row("2", more=kind("Remove")))
    found = replayed(tmp_path, rows(*first), rows(*later))
    assert found.frame["RECORDPOSITION"].tolist() == ["1"]
    assert found.frame["AETERM"].tolist() == ["Rash"]
    assert found.frame["WT"].isna().all()
    assert found.misfits == 0


@pytest.mark.parametrize("level", ["SubjectData", "StudyEventData", "FormData"])
def test_what_is_removed_takes_all_in_it_along(tmp_path: Path, level: str) -> None:
    gone = rows().replace(f"<{level}", f"<{level}{kind('Remove')}")
    found = replayed(tmp_path, rows(row("1"), row("2")), rows(row("1"), subject="02"), gone)
    assert found.frame["SUBJECT"].tolist() == ["02"]


def test_upsert_makes_what_is_not_there(tmp_path: Path) -> None:
    upsert = row("1", item("ae.TERM", "Rash", kind("Upsert")), more=kind("Upsert"))
    found = replayed(tmp_path, rows(upsert))
    assert found.frame["AETERM"].tolist() == ["Rash"]
    assert found.misfits == 0


def test_context_alone_makes_no_row(tmp_path: Path) -> None:
    assert len(replayed(tmp_path, rows(row("1", more=kind("Context")))).frame) == 0


@pytest.mark.parametrize("name", ["Insert", "Update", "Remove"])
def test_transactions_that_do_not_fit_are_a_problem(tmp_path: Path, name: str) -> None:
    known = rows(row("1", item("ae.TERM", "Rash"), more=kind("Insert")))
    key = "1" if name == "Insert" else "7"
    found = replayed(tmp_path, known, rows(row(key, more=kind(name))))
    (problem,) = odm_problems(found, "ae", "study.xml")
    assert (problem.code, problem.count) == ("RAW041", 1)


def audit(when: str, who: str, why: str) -> str:
    return (
        f'<AuditRecord><UserRef UserOID="{who}"/><LocationRef LocationOID="101"/>'
        f"<DateTimeStamp>{when}</DateTimeStamp><ReasonForChange>{why}</ReasonForChange>"
        "</AuditRecord>"
    )


def test_the_latest_audit_record_of_a_row_is_kept_aside(tmp_path: Path) -> None:
    early = row("1", audit("2014-01-01T08:00:00", "U1", "first"), item("ae.TERM", "Rush"))
    changed = (
        '<ItemData ItemOID="ae.TERM" Value="Rash" TransactionType="Update">'
        f"{audit('2014-02-01T08:00:00', 'U2', 'typing error')}</ItemData>"
    )
    path = saved(tmp_path, rows(early), rows(row("1", changed, more=kind("Update"))), head=HISTORY)
    (found,) = read(path, audit=True).frame.to_dict("records")
    assert found["AUDIT_DATETIME"] == "2014-02-01T08:00:00"
    assert (found["AUDIT_USER"], found["AUDIT_REASON"]) == ("U2", "typing error")
    assert "AUDIT_USER" not in read(path).frame.columns


def test_audit_records_that_stand_apart_are_found_by_their_id(tmp_path: Path) -> None:
    typed = '<ItemDataString ItemOID="ae.TERM" AuditRecordID="A1">Rash</ItemDataString>'
    apart = audit("2014-02-01T08:00:00", "U2", "why").replace(
        "<AuditRecord>", '<AuditRecord ID="A1">'
    )
    path = saved(tmp_path, rows(row("1", typed)), f"<AuditRecords>{apart}</AuditRecords>")
    assert read(path, audit=True).frame["AUDIT_USER"].tolist() == ["U2"]


# ---------------------------------------------------------------------- damaged and hostile files


ENTITY_BOMB = (
    '<!DOCTYPE ODM [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
)
OUTSIDE = '<!DOCTYPE ODM [<!ENTITY x SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("content", "code", "said"),
    [
        (b"", "INP002", "empty"),
        (b"SUBJ,TERM\n1,Rash\n", "INP006", "not well-formed XML"),
        (b"<html><body/></html>", "INP006", "root element is html"),
        (ENTITY_BOMB.encode() + HEAD.encode() + b"&c;</ODM>", "INP006", "DOCTYPE"),
        (OUTSIDE.encode() + HEAD.encode() + b"&x;</ODM>", "INP006", "DOCTYPE"),
        (b"<ODM/>", "INP040", "in no namespace"),
        (b'<ODM xmlns="http://www.cdisc.org/ns/odm/v2.0" ODMVersion="2.0"/>', "INP040", "ODM 2.0"),
        (b'<ODM xmlns="http://www.cdisc.org/ns/odm/v9"/>', "INP040", "another version"),
        (HEAD.encode() + b"<Study>\xe9\xe9</Study></ODM>", "INP003", "encoding"),
        (HEAD.encode() + b"\0</ODM>", "INP006", "well-formed"),
        (HEAD.encode() + b"<a>" * 400 + b"</a>" * 400 + b"</ODM>", "INP006", "too deep"),
    ],
)
def test_a_file_that_is_no_usable_odm_is_refused(
    tmp_path: Path, content: bytes, code: str, said: str
) -> None:
    path = tmp_path / "study.xml"
    path.write_bytes(content)
    error = refusal(path)
    assert error.code == code
    assert said in error.message
    assert error.hint or code == "INP002"


@pytest.mark.parametrize("share", [0.4, 0.7, 0.99])
def test_a_file_that_breaks_off_is_refused_with_its_line(tmp_path: Path, share: float) -> None:
    path = saved(tmp_path, *(f"\n{rows(row('1', item('ae.TERM', 'x')))}" for _ in range(50)))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    error = refusal(path)
    assert (error.code, bool(error.location and error.location.line > 1)) == ("INP006", True)


def test_no_error_shows_a_value(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1", item("ae.TERM", "SECRET")), '<x y="SECRET"></z>'))
    assert "SECRET" not in str(refusal(path))


def test_an_item_group_that_is_not_there_has_a_near_match(tmp_path: Path) -> None:
    error = refusal(saved(tmp_path, rows(row("1"))), "aee")
    assert (error.code, error.hint) == ("INP041", "Did you mean AE?")


def test_an_item_without_oid_is_refused_with_its_line(tmp_path: Path) -> None:
    error = refusal(saved(tmp_path, rows(row("1", '\n<ItemData Value="x"/>'))))
    assert error.code == "INP006"
    assert error.location is not None
    assert error.location.line == STUDY.count("\n") + 2


def test_data_outside_of_a_form_are_refused(tmp_path: Path) -> None:
    assert refusal(saved(tmp_path, row("1"))).code == "INP006"


def test_metadata_behind_the_data_are_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, rows(row("1")), study="", tail=f"{STUDY}</ODM>")
    assert "stands behind the data" in refusal(path).message


# ------------------------------------------------------------------------ one reading per file


def test_a_file_is_read_once_for_all_its_tables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import clinmap.readers.odm as module

    path = saved(tmp_path, rows(row("1", item("ae.TERM", "Rash")), row("1", group="IG.VS")))
    tables = [RawTable(name, path.name, "odm", options=OdmOptions()) for name in ("ae", "vs", "no")]
    files = OdmFiles(tables)
    headers: list[str] = []
    whole = module.odm_header
    monkeypatch.setattr(module, "odm_header", lambda p, f: headers.append(f) or whole(p, f))
    assert [len(files.take(table, path, path.name).frame) for table in tables[:2]] == [1, 1]
    with pytest.raises(InputError, match="INP041"):
        files.take(tables[2], path, path.name)
    assert headers == [path.name]


# ---------------------------------------------------------------------------- odmlib as a witness


def written_by_odmlib(path: Path) -> None:
    """A small snapshot made of odmlib's objects."""
    names = ("TERM", "SEV")
    group = odmlib.ItemGroupDef(OID="IG.AE", Name="ae", Repeating="Yes")
    group.ItemRef = [odmlib.ItemRef(ItemOID=f"I.{name}", Mandatory="No") for name in names]
    version = odmlib.MetaDataVersion(OID="M", Name="m")
    version.ItemGroupDef = [group]
    version.ItemDef = [
        odmlib.ItemDef(OID=f"I.{name}", Name=f"AE{name}", DataType="text", Length=20)
        for name in names
    ]
    study = odmlib.Study(OID="S")
    study.GlobalVariables = odmlib.GlobalVariables()
    study.GlobalVariables.StudyName = odmlib.StudyName(_content="WITNESS")
    study.GlobalVariables.StudyDescription = odmlib.StudyDescription(_content="none")
    study.GlobalVariables.ProtocolName = odmlib.ProtocolName(_content="W")
    study.MetaDataVersion = [version]
    data = odmlib.ItemGroupData(ItemGroupOID="IG.AE", ItemGroupRepeatKey="1")
    data.ItemData = [
        odmlib.ItemData(ItemOID="I.TERM", Value='Rash "A" & <B>'),
        odmlib.ItemData(ItemOID="I.SEV", IsNull="Yes"),
    ]
    form = odmlib.FormData(FormOID="F", FormRepeatKey="1")
    form.ItemGroupData = [data]
    event = odmlib.StudyEventData(StudyEventOID="V1")
    event.FormData = [form]
    subject = odmlib.SubjectData(SubjectKey="01")
    subject.SiteRef = odmlib.SiteRef(LocationOID="9")
    subject.StudyEventData = [event]
    clinical = odmlib.ClinicalData(StudyOID="S", MetaDataVersionOID="M")
    clinical.SubjectData = [subject]
    root = odmlib.ODM(
        FileOID="F", FileType="Snapshot", CreationDateTime="2016-01-01T00:00:00",
        ODMVersion="1.3.2",
    )  # fmt: skip
    root.Study = [study]
    root.ClinicalData = [clinical]
    root.write_xml(str(path))


def test_what_odmlib_writes_is_read(tmp_path: Path) -> None:
    path = tmp_path / "study.xml"
    written_by_odmlib(path)
    found = read(path, "ae")
    (values,) = found.frame.fillna("").to_dict("records")
    assert values == {
        "PROJECT": "WITNESS", "SITENUMBER": "9", "SUBJECT": "01", "FOLDER": "V1", "FOLDERSEQ": "",
        "FORMOID": "F", "RECORDPOSITION": "1", "PAGEREPEAT": "1", "AETERM": 'Rash "A" & <B>',
        "AESEV": "",
    }  # fmt: skip
    assert found.null_flags == {"AESEV": 1}
