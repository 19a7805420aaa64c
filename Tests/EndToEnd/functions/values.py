"""Values of every kind that OpenTelemetry knows, the awkward ones first."""

LARGE_TEXT = "An answer of a model, over and over. " * 2800  # 100 KB
UNICODE = "naïve 日本語 🧠 e\u0301 \u202eright to left\u202c \x1b[31mred\x1b[0m \x00 <script>"
TIMESTAMP_MAX = 2**64 - 1

ATTRIBUTES = {
    "text": "plain",
    "text.empty": "",
    "text.unicode": UNICODE,
    "text.large": LARGE_TEXT,
    "ключ 🔑": "a key in unicode",
    "true": True,
    "false": False,
    "zero": 0,
    "integer.max": 2**63 - 1,
    "integer.min": -(2**63),
    "integer.beyond.double": 2**53 + 1,
    "double": 0.1,
    "double.whole": 1.0,
    "double.negative.zero": -0.0,
    "double.tiny": 5e-324,
    "double.huge": 1.7976931348623157e308,
    "double.nan": float("nan"),
    "double.infinity": float("inf"),
    "double.negative.infinity": float("-inf"),
    "bytes": bytes(range(256)),
    "bytes.empty": b"",
    "list.text": ["a", "", UNICODE],
    "list.bool": [True, False],
    "list.integer": [0, -1, 2**63 - 1],
    "list.double": [0.5, float("nan"), -0.0],
    "list.bytes": [b"", b"\xff\x00"],
    "list.mixed": ["one", 1, 1.0, True, None, ["nested", []]],
    "list.empty": [],
    "map": {"text": "a", "map": {"integer": 1, "list": [1, {"deep": b"\x01"}]}, "empty": {}},
    "map.empty": {},
    "null": None,
}
