"""clinmap: raw clinical-study exports to SDTM, ADaM and define.xml, from one specification."""

__version__ = "0.1.0"
