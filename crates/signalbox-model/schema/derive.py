#!/usr/bin/env python3
"""Makes the compact table of OCSF from a file of facts: derive.py FACTS.json > ocsf-1.8.0.tsv

FACTS.json is the compiled schema (inheritance, includes, dictionary and profiles resolved) without
its texts: {version, profiles, types, classes, objects}. The table keeps what a validator needs of
the classes and objects that the structs of this crate cover. Columns are separated by tabs:

    version    VERSION
    profile    NAME
    type       NAME  BASE  RULE                  RULE: len=MAX, range=LOW..HIGH or -
    uncovered  UID   NAME                        a class without a struct
    enum       ID    KEY=CAPTION ...             shared by attributes
    class      UID   NAME  CONSTRAINT ...        followed by its attributes
    object     NAME  CONSTRAINT ...              followed by its attributes
    CONSTRAINT is at_least_one=NAME,... or just_one=NAME,...
    a          NAME  TYPE  REQUIREMENT  PROFILE  ENUM  SIBLING  DEPRECATED_SINCE

TYPE is a type's name, or `object:NAME`, with `[]` behind it for an array. REQUIREMENT is one of
required, recommended, optional. A `-` stands for nothing.
"""

import json
import sys

CLASSES = [
    "base_event",
    "vulnerability_finding",
    "compliance_finding",
    "detection_finding",
    "incident_finding",
    "authentication",
    "entity_management",
    "network_activity",
    "http_activity",
    "dns_activity",
]

OBJECTS = """
account actor advisory affected_code affected_package agent analytic api attack auth_factor
authorization autonomous_system certificate check cloud compliance container cve cvss cwe database
databucket device dns_answer dns_query email enrichment epss evidences feature file finding_info
fingerprint firewall_rule group http_header http_request http_response idp image job kb_article
key_value_object kill_chain_phase location long_string malware managed_entity metadata network_connection_info
network_endpoint network_interface network_traffic object observable organization os osint policy
process product related_event remediation reporter reputation request resource_details response
rule script service session sub_technique tactic technique ticket tls transformation_info url user
vendor_attributes vulnerability
""".split()


class Enums:
    """Numbers equal enumerations alike, so that each stands in the table once."""

    def __init__(self):
        self.ids = {}

    def id(self, members):
        if not members:
            return "-"
        key = tuple(f"{value}={caption}" for value, caption in members.items())
        return str(self.ids.setdefault(key, len(self.ids)))

    def rows(self):
        return [["enum", str(number), *key] for key, number in self.ids.items()]


def type_row(name, facts):
    rule = "-"
    if "max_len" in facts:
        rule = f"len={facts['max_len']}"
    if "range" in facts:
        low, high = facts["range"]
        rule = f"range={low}..{high}"
    return ["type", name, facts.get("base", "-"), rule]


def attribute_row(name, facts, enums):
    kind = f"object:{facts['object_type']}" if "object_type" in facts else facts["type"]
    return [
        "a",
        name,
        kind + ("[]" if facts["is_array"] else ""),
        facts["requirement"],
        facts.get("profile", "-"),
        enums.id(facts.get("enum")),
        facts.get("sibling", "-"),
        facts.get("deprecated_since", "-"),
    ]


def constraints(facts):
    found = facts.get("constraints", {})
    return [f"{kind}={','.join(names)}" for kind, names in sorted(found.items())]


def entity_rows(first, facts, enums):
    rows = [[*first, *constraints(facts)]]
    attributes = sorted(facts["attributes"].items())
    rows.extend(attribute_row(name, attribute, enums) for name, attribute in attributes)
    return rows


def table(facts):
    enums = Enums()
    entities = []
    for name in CLASSES:
        found = facts["classes"][name]
        entities.extend(entity_rows(["class", str(found["uid"]), name], found, enums))
    for name in OBJECTS:
        entities.extend(entity_rows(["object", name], facts["objects"][name], enums))
    uncovered = [(c["uid"], n) for n, c in facts["classes"].items() if n not in CLASSES]
    return [
        ["version", facts["version"]],
        *(["profile", name] for name in sorted(facts["profiles"])),
        *(type_row(name, found) for name, found in sorted(facts["types"].items())),
        *(["uncovered", str(uid), name] for uid, name in sorted(uncovered)),
        *enums.rows(),
        *entities,
    ]


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: derive.py FACTS.json > ocsf-1.8.0.tsv")
    with open(sys.argv[1], encoding="utf-8") as file:
        facts = json.load(file)
    rows = ("\t".join(row) + "\n" for row in table(facts))
    sys.stdout.buffer.write("".join(rows).encode("utf-8"))


if __name__ == "__main__":
    main()
