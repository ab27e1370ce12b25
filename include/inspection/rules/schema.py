"""The form of a rule file, as a JSON schema; docs/rules.md explains every field."""

from __future__ import annotations

from typing import Any

_NUMBER = {"type": "number"}
_SPAN = {"type": "string", "pattern": r"^[1-9][0-9]{0,3}(d|mo|y)$"}
_POINTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "each": {"type": "number", "exclusiveMinimum": 0},
        "flat": {"type": "number", "exclusiveMinimum": 0},
        "whole": {"type": "boolean"},
        "cap": {"type": "number", "exclusiveMinimum": 0},
    },
    "oneOf": [{"required": ["each"]}, {"required": ["flat"]}],
}
_SCORING = {
    "type": "object",
    "additionalProperties": False,
    "required": ["start", "pass_at_least"],
    "properties": {
        "start": {"type": "number"},
        "pass_at_least": {"type": "number"},
        "pass_verified": {"type": "boolean"},
        "bonus_above": {"type": "number"},
        "bonus_cap": {"type": "number"},
        "applies_to": {"$ref": "#/$defs/applies_to"},
        "groups": {"type": "object", "additionalProperties": {"anyOf": [{"type": "null"}, _NUMBER]}},
        "without_services": {
            "type": "object",
            "additionalProperties": False,
            "required": ["group", "numerator", "denominator"],
            "properties": {
                "group": {"type": "string"},
                "numerator": {"type": "integer"},
                "denominator": {"type": "integer"},
            },
        },
        "annual": {"type": "object", "additionalProperties": {"type": "number", "minimum": 0, "maximum": 1}},
    },
}
_APPLIES_TO = {
    "type": "object",
    "additionalProperties": False,
    "required": ["subject"],
    "properties": {
        "subject": {"enum": ["site", "account"]},
        "kinds": {"type": "array", "items": {"enum": ["portal", "department", "other"]}},
        "has_services": {"type": "boolean"},
        "platforms": {"type": "array", "items": {"type": "string"}},
    },
}
SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "$defs": {"applies_to": _APPLIES_TO},
    "required": ["standard", "title", "rules"],
    "properties": {
        "standard": {"type": "string", "pattern": r"^[a-z0-9][a-z0-9-]{0,40}$"},
        "title": {"type": "string", "minLength": 1},
        "document": {"type": "string"},
        "near_share": {"type": "number", "minimum": 0.5, "maximum": 1},
        "scoring": _SCORING,
        "rules": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": [
                    "id",
                    "name",
                    "applies_to",
                    "measure",
                    "expectation",
                    "effect",
                    "check",
                    "verified",
                    "clause",
                    "problem",
                ],
                "properties": {
                    "id": {"type": "string", "pattern": r"^[A-Z][A-Za-z0-9.\-]{0,15}$"},
                    "name": {"type": "string", "minLength": 1},
                    "applies_to": {"$ref": "#/$defs/applies_to"},
                    "measure": {"type": "string"},
                    "window": {"type": "object", "additionalProperties": _SPAN},
                    "settings": {"type": "object", "additionalProperties": _NUMBER},
                    "expectation": {
                        "type": "object",
                        "additionalProperties": False,
                        "required": ["type"],
                        "properties": {
                            "type": {"enum": ["expect_column_values_to_be_between"]},
                            "min_value": _NUMBER,
                            "max_value": _NUMBER,
                            "strict_min": {"type": "boolean"},
                            "strict_max": {"type": "boolean"},
                        },
                    },
                    "unit": {"type": "string"},
                    "effect": {"enum": ["veto", "deduction", "bonus", "advice"]},
                    "group": {"type": "string"},
                    "points": {"anyOf": [{"type": "null"}, _POINTS]},
                    "check": {"enum": ["M", "P", "H"]},
                    "verified": {"enum": [True, False, "derived"]},
                    "clause": {"type": "string", "minLength": 1},
                    "problem": {"type": "string", "minLength": 1},
                },
            },
        },
    },
}
