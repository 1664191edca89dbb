"""The test plan and what is said of it agree."""

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
TREE = ET.fromstring(TEXT)  # noqa: S314 (our own file)


def test_every_request_is_an_endpoint_that_is_reported() -> None:
    labels = {request.get("testname") for request in TREE.iter("HTTPSamplerProxy")}
    assert labels == set(ENDPOINTS)


def test_every_request_has_its_status_and_its_body_asserted() -> None:
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


def test_it_has_only_elements_that_both_versions_know() -> None:
    classes = {element.get("testclass") for element in TREE.iter()} - {None}
    kinds = {element.get("elementType") for element in TREE.iter()} - {None}
    assert classes | kinds <= BOTH_VERSIONS
    assert "__groovy" not in TEXT
    assert "__jexl" not in TEXT


def test_its_properties_are_those_that_may_be_set() -> None:
    assert set(re.findall(r"\$\{__P\((\w+)", TEXT)) == ADJUSTABLE | FROM_THE_RUN


def test_its_properties_are_explained() -> None:
    text = (ROOT / "jmeter/README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(\w+)` ", text, re.MULTILINE)) >= ADJUSTABLE


def test_it_takes_the_variables_that_are_recorded() -> None:
    taken = set(re.findall(r'RegexExtractor\.refname">(\w+)<', TEXT))
    assert taken >= set(VARIABLES)


def test_the_default_ramp_up_stays_below_the_default_throttle() -> None:
    for users in (1, 7, 20, 25, 500):
        properties = load_properties(users=users, duration=60)
        assert planned_logins_per_minute(properties) <= 25
