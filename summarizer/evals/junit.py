"""JUnit: a run -> the XML that build servers show: a test for each gate and each crash."""

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from summarizer.evals.run import Run

__all__ = ["junit_xml"]


def junit_xml(run: Run) -> bytes:
    """Write a suite with one test for each gate, and one for each fault of a scorer."""
    missed = {each.partition(":")[0]: each for each in run.missed_gates}
    suite = Element(
        "testsuite",
        name=f"{run.set} {run.version} {run.model}",
        tests=str(len(run.gates) + len(run.faults)),
        failures=str(len(missed)),
        errors=str(len(run.faults)),
    )
    for metric in run.gates:
        case = SubElement(suite, "testcase", classname=f"eval.{run.set}", name=metric)
        if metric in missed:
            SubElement(case, "failure", message=missed[metric])
    for fault in run.faults:
        case = SubElement(
            suite,
            "testcase",
            classname=f"eval.{run.set}",
            name=f"{fault['metric']} {fault['case']}",
        )
        SubElement(case, "error", message=f"the scorer raised {fault['error']}")
    indent(suite)
    xml: bytes = tostring(suite, encoding="utf-8", xml_declaration=True)
    return xml
