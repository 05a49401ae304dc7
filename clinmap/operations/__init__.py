"""The operations that any dataset may use, SDTM or ADaM; each is one module."""

from clinmap.operations.age import Age
from clinmap.operations.assign import Assign
from clinmap.operations.category import Category
from clinmap.operations.check import Check
from clinmap.operations.checked import Checked
from clinmap.operations.combine import Combine
from clinmap.operations.compute import Compute
from clinmap.operations.conditional import Conditional
from clinmap.operations.constant import Constant
from clinmap.operations.days_after import DaysAfter
from clinmap.operations.decode import Decode
from clinmap.operations.elapsed import Elapsed
from clinmap.operations.extract import Extract
from clinmap.operations.extremes import Earliest, Latest
from clinmap.operations.first_flag import FirstFlag
from clinmap.operations.highest import Highest
from clinmap.operations.known import Known
from clinmap.operations.lookup import Lookup
from clinmap.operations.of_group import OfGroup
from clinmap.operations.part import Part
from clinmap.operations.recode import Recode
from clinmap.operations.sequence import Sequence
from clinmap.operations.significant import Significant
from clinmap.operations.summary import Summary
from clinmap.operations.text_part import TextPart
from clinmap.operations.todo import Todo
from clinmap.operations.transliterate import Transliterate

OPERATIONS = (
    Age,
    Assign,
    Category,
    Check,
    Checked,
    Combine,
    Compute,
    Conditional,
    Constant,
    DaysAfter,
    Decode,
    Earliest,
    Elapsed,
    Extract,
    FirstFlag,
    Highest,
    Known,
    Latest,
    Lookup,
    OfGroup,
    Part,
    Recode,
    Sequence,
    Significant,
    Summary,
    TextPart,
    Todo,
    Transliterate,
)
"""The operations of this room, for the registry."""
