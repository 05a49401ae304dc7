"""Checking a folder of datasets that anyone made: read, judge, report in every form."""
