"""What the published standards say about datasets and variables, as plain facts.

SDTMIG 3.4 with the SDTM 2.0 model behind it, ADaMIG 1.3, OCCDS 1.1, BDS-TTE 1.0 and NCA 1.0:

>>> sdtm_variable("VS", "VSTESTCD").codelists
('C66741',)
>>> adam_variable("ADSL", "TRT01P").label
'Planned Treatment for Period 01'

The catalogue that these functions read is written by `clinmap.standards.make_catalogue`. Nothing
is read at import; what was read once is kept.
"""

from clinmap.standards.adam import (
    ADAM_STRUCTURES,
    adam_structure,
    adam_variable,
    is_adam_template,
)
from clinmap.standards.published import (
    STANDARDS,
    DatasetStandard,
    Standard,
    VariableStandard,
    standard,
)
from clinmap.standards.sdtm import sdtm_dataset, sdtm_datasets, sdtm_order, sdtm_variable

__all__ = [
    "ADAM_STRUCTURES",
    "STANDARDS",
    "DatasetStandard",
    "Standard",
    "VariableStandard",
    "adam_structure",
    "adam_variable",
    "is_adam_template",
    "sdtm_dataset",
    "sdtm_datasets",
    "sdtm_order",
    "sdtm_variable",
    "standard",
]
