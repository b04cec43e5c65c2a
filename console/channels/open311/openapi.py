"""The OpenAPI 3.1 description of the Open311 server, at `/open311/openapi.json`."""

from typing import Any

from console import __version__

_FORM = {
    "name": "form",
    "in": "path",
    "required": True,
    "schema": {"type": "string", "enum": ["xml", "json"]},
}
_NULLABLE = {"type": ["string", "null"]}
_TIME = {"type": ["string", "null"], "format": "date-time"}


def _query(name: str, about: str, kind: str = "string") -> dict[str, Any]:
    return {"name": name, "in": "query", "description": about, "schema": {"type": kind}}


def _path(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}


_SPAN = [
    _query("start_date", "ISO 8601 with zone, + written as %2B"),
    _query("end_date", "ISO 8601 with zone; at most 90 days after start_date"),
]
_PAGES = [
    _query("page", "ours: from 1", "integer"),
    _query("page_size", "ours: at most 1000", "integer"),
]

_READER_KEY = _query("api_key", "ours: requests posted with this key are shown as they were sent")


def _list_of(schema: str) -> dict[str, Any]:
    return {"type": "array", "items": {"$ref": f"#/components/schemas/{schema}"}}


def _answer(schema: dict[str, Any]) -> dict[str, Any]:
    kinds = {"application/json": {"schema": schema}, "text/xml": {"schema": schema}}
    refusal = {"$ref": "#/components/responses/Refused"}
    return {
        "200": {"description": "OK", "content": kinds},
        **dict.fromkeys(("400", "403", "404", "429"), refusal),
    }


def _get(about: str, parameters: list[dict[str, Any]], schema: dict[str, Any]) -> dict[str, Any]:
    return {"summary": about, "parameters": [_FORM, *parameters], "responses": _answer(schema)}


def _post(about: str, form: str, schema: dict[str, Any]) -> dict[str, Any]:
    body = {"schema": {"$ref": f"#/components/schemas/{form}"}}
    kinds = dict.fromkeys(
        ("application/x-www-form-urlencoded", "multipart/form-data", "application/json"), body
    )
    key = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "the same key returns the same request",
        "schema": {"type": "string", "maxLength": 128},
    }
    return {
        "summary": about,
        "parameters": [_FORM, key],
        "requestBody": {"required": True, "content": kinds},
        "responses": _answer(schema),
    }


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


_TEXT: dict[str, Any] = {"type": "string"}
_REPORT_FIELDS = (
    "api_key", "service_code", "lat", "long", "address_string", "address_id", "email", "device_id",
    "account_id", "first_name", "last_name", "phone", "media_url", "attribute[client_ref]",
    "attribute[accuracy_m]",
)  # fmt: skip
_UPDATE_FIELDS = (
    "api_key", "update_id", "service_request_id", "status", "description", "media",
)  # fmt: skip
_SCHEMAS: dict[str, Any] = {
    "Error": _object(code=_TEXT, description=_TEXT),
    "Service": _object(
        service_code=_TEXT,
        service_name=_TEXT,
        description=_TEXT,
        metadata={"type": "boolean"},
        type={"type": "string", "enum": ["realtime"]},
        keywords=_TEXT,
        group=_TEXT,
    ),
    "Definition": _object(service_code=_TEXT, attributes=_list_of("Attribute")),
    "Attribute": _object(
        variable={"type": "boolean"},
        code=_TEXT,
        datatype={"type": "string", "enum": ["string", "singlevaluelist"]},
        required={"type": "boolean"},
        datatype_description=_TEXT,
        order={"type": "integer"},
        description=_TEXT,
        values={"type": "array", "items": _object(key=_TEXT, name=_TEXT)},
    ),
    "Request": _object(
        service_request_id=_TEXT,
        status={"type": "string", "enum": ["open", "closed"]},
        status_notes=_NULLABLE,
        service_name=_NULLABLE,
        service_code=_NULLABLE,
        description=_NULLABLE,
        agency_responsible=_NULLABLE,
        service_notice=_NULLABLE,
        requested_datetime=_TIME,
        updated_datetime=_TIME,
        expected_datetime=_TIME,
        address=_NULLABLE,
        address_id=_NULLABLE,
        zipcode=_NULLABLE,
        lat={"type": ["number", "null"]},
        long={"type": ["number", "null"]},
        media_url=_NULLABLE,
    ),
    "Accepted": _object(service_request_id=_TEXT, service_notice=_NULLABLE, account_id=_NULLABLE),
    "Token": _object(service_request_id=_TEXT, token=_TEXT),
    "Update": _object(
        update_id=_TEXT,
        service_request_id=_TEXT,
        status={"type": "string", "enum": ["open", "closed"]},
        updated_datetime=_TIME,
        description=_NULLABLE,
        media_url=_NULLABLE,
    ),
    "UpdateAccepted": _object(update_id=_TEXT),
    "Endpoint": _object(
        specification=_TEXT,
        url=_TEXT,
        changeset=_TEXT,
        type={"type": "string", "enum": ["production", "test"]},
        formats={"type": "array", "items": _TEXT},
    ),
    "Discovery": _object(
        changeset=_TEXT, contact=_TEXT, key_service=_TEXT, endpoints=_list_of("Endpoint")
    ),
    "Report": {
        "type": "object",
        "required": ["api_key", "service_code"],
        "properties": {
            **dict.fromkeys(_REPORT_FIELDS, _TEXT),
            "description": {"type": "string", "maxLength": 4000},
            "media": {"type": "array", "items": {"type": "string", "format": "binary"}},
        },
        "patternProperties": {r"^attribute\[.+\](\[\])?$": _TEXT},
    },
    "AgencyUpdate": {
        "type": "object",
        "required": ["api_key", "update_id", "service_request_id", "description"],
        "properties": dict.fromkeys(_UPDATE_FIELDS, _TEXT),
    },
}


def openapi() -> dict[str, Any]:
    """The whole document."""
    refused = {"application/json": {"schema": _list_of("Error")}}
    requests = [
        _query("service_request_id", "comma list; overrides the rest"),
        _query("service_code", "comma list"),
        _query("status", "open, closed or both"),
        *_SPAN,
        *_PAGES,
        _query("extensions", "true adds extended_attributes", "boolean"),
        _READER_KEY,
    ]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "1022 Open311 GeoReport v2",
            "version": __version__,
            "description": (
                "http://wiki.open311.org/GeoReport_v2 with documented extensions. Lists contain "
                "published requests with the words, place and photos of their publication. A "
                "report that is not public shows only its number and status, to anyone who asks "
                "for that number; with the key that posted it, it is shown as it was sent."
            ),
        },
        "servers": [{"url": "/open311"}],
        "paths": {
            "/discovery.{form}": {
                "get": _get("Discovery", [], {"$ref": "#/components/schemas/Discovery"})
            },
            "/v2/services.{form}": {"get": _get("Services", [], _list_of("Service"))},
            "/v2/services/{code}.{form}": {
                "get": _get(
                    "One service's fields",
                    [_path("code")],
                    {"$ref": "#/components/schemas/Definition"},
                )
            },
            "/v2/requests.{form}": {
                "get": _get("Requests, newest first", requests, _list_of("Request")),
                "post": _post("Report", "Report", _list_of("Accepted")),
            },
            "/v2/requests/{number}.{form}": {
                "get": _get("One request", [_path("number"), _READER_KEY], _list_of("Request"))
            },
            "/v2/tokens/{token}.{form}": {
                "get": _get("The request behind a token", [_path("token")], _list_of("Token"))
            },
            "/v2/servicerequestupdates.{form}": {
                "get": _get(
                    "Steps of requests", [*_SPAN, *_PAGES, _READER_KEY], _list_of("Update")
                ),
                "post": _post("A step by an agency", "AgencyUpdate", _list_of("UpdateAccepted")),
            },
        },
        "components": {
            "schemas": _SCHEMAS,
            "responses": {"Refused": {"description": "Refused", "content": refused}},
        },
    }
