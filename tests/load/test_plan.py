"""The test plan agrees with the code and with jmeter/README.md."""

import re
from xml.etree import ElementTree as ET

from loadtest.jmeter import VARIABLES
from loadtest.plan import ADJUSTABLE, ENDPOINTS, PLAN, load_properties, planned_logins_per_minute
from local.site import ROOT

FROM_THE_RUN = {"users", "duration", "host", "port", "protocol", "data", "prefix"}
BOTH_VERSIONS = {
    "Argument", "Arguments", "CSVDataSet", "ConfigTestElement", "ConstantThroughputTimer",
    "ConstantTimer", "CounterConfig", "GenericController", "HTTPArgument", "HTTPFileArg",
    "HTTPFileArgs", "HTTPSamplerProxy", "Header", "HeaderManager", "IfController",
    "LoopController", "RegexExtractor", "ResponseAssertion", "TestPlan", "ThreadGroup",
    "ThroughputController", "UniformRandomTimer",
}  # fmt: skip
TEXT = PLAN.read_text(encoding="utf-8")
TREE = ET.fromstring(TEXT)  # noqa: S314 (a file of this repository)


def test_the_requests_of_the_plan_are_the_reported_endpoints() -> None:
    labels = {request.get("testname") for request in TREE.iter("HTTPSamplerProxy")}
    assert labels == set(ENDPOINTS)


def test_the_plan_asserts_the_status_and_the_body_of_every_request() -> None:
    (root,) = TREE
    pairs = [
        (request, children)
        for tree in root.iter("hashTree")
        for request, children in zip(tree, list(tree)[1:], strict=False)
        if request.tag == "HTTPSamplerProxy"
    ]
    assert len(pairs) >= len(ENDPOINTS)
    for request, children in pairs:
        fields = {
            field.text
            for field in children.iter("stringProp")
            if field.get("name") == "Assertion.test_field"
        }
        assert fields == {"Assertion.response_code", "Assertion.response_data"}, request.attrib


def test_the_plan_has_only_elements_that_both_versions_of_jmeter_know() -> None:
    classes = {element.get("testclass") for element in TREE.iter()} - {None}
    kinds = {element.get("elementType") for element in TREE.iter()} - {None}
    assert classes | kinds <= BOTH_VERSIONS
    assert "__groovy" not in TEXT
    assert "__jexl" not in TEXT


def test_the_plan_reads_exactly_the_known_properties() -> None:
    assert set(re.findall(r"\$\{__P\((\w+)", TEXT)) == ADJUSTABLE | FROM_THE_RUN


def test_the_readme_describes_every_adjustable_property() -> None:
    text = (ROOT / "jmeter/README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` ", text, re.MULTILINE)) >= ADJUSTABLE


def test_the_plan_extracts_every_recorded_variable() -> None:
    taken = set(re.findall(r'RegexExtractor\.refname">(\w+)<', TEXT))
    assert taken >= set(VARIABLES)


def test_the_default_ramp_up_stays_below_the_default_throttle() -> None:
    for users in (1, 7, 20, 25, 500):
        properties = load_properties(users=users, duration=60)
        assert planned_logins_per_minute(properties) <= 25
