"""Results of rule tests -> a JUnit report, as build servers read it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as Xml

from monitor.errors import MonitorError
from monitor.match import TestResult
from monitor.plain import plain


def write(results: Sequence[TestResult], path: Path) -> None:
    """Write a suite for each rule file, a case for each test; raises MonitorError where the file cannot be written."""
    suites = Xml.Element("testsuites", _counts(results) | {"name": "news-monitor rules"})
    files: dict[Path, list[TestResult]] = defaultdict(list)
    for result in results:
        files[result.place.path].append(result)
    for file, found in files.items():
        suite = Xml.SubElement(suites, "testsuite", _counts(found) | {"name": str(file)})
        for result in found:
            _case(suite, result)
    Xml.indent(suites)
    try:
        path.write_bytes(Xml.tostring(suites, encoding="utf-8", xml_declaration=True) + b"\n")
    except OSError as error:
        raise MonitorError(f"{path}: cannot be written: {error.strerror}") from None


def _counts(results: Sequence[TestResult]) -> dict[str, str]:
    failed, skipped = sum(one.wrong is not None for one in results), sum(one.not_run is not None for one in results)
    return {"tests": str(len(results)), "failures": str(failed), "errors": "0", "skipped": str(skipped)}


def _case(suite: Xml.Element, result: TestResult) -> None:
    attributes = {
        "classname": result.rule,
        "name": f"test {result.index + 1}",
        "file": str(result.place.path),
        "line": str(result.place.line),
    }
    case = Xml.SubElement(suite, "testcase", attributes)
    for name, told in (("failure", result.problem), ("skipped", result.notice)):
        if told:
            Xml.SubElement(case, name, {"message": plain(told.message)}).text = plain(str(told))
