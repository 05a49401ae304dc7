"""Findings as a report: text, JSON, SARIF, a page, a workbook. One report for every command."""

from __future__ import annotations

from clinmap.app.reports.forms import FORMS, report_bytes
from clinmap.app.reports.report import Report

__all__ = ["FORMS", "Report", "report_bytes"]
