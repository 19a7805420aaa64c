"""Writes the traces beside this file: shapes as OpenTelemetry's demo, Jaeger's HotROD, Zipkin's and X-Ray's samples have them, values of our own.

python3 make_traces.py
"""

import json
from pathlib import Path

HERE = Path(__file__).parent
START = 1_795_558_447_113_000_000  # 2026-11-24T22:14:07.113Z
MS = 1_000_000
KINDS = {"internal": 1, "server": 2, "client": 3, "producer": 4, "consumer": 5}


def value(item):
    if isinstance(item, bool):
        return {"boolValue": item}
    if isinstance(item, int):
        return {"intValue": str(item)}
    if isinstance(item, float):
        return {"doubleValue": item}
    return {"stringValue": item}


def attributes(pairs):
    return [{"key": key, "value": value(item)} for key, item in pairs.items()]


class Trace:
    """Spans and logs by service; times are milliseconds after the start, ids small numbers."""

    def __init__(self, trace_id, request_id=None):
        self.trace_id = trace_id
        self.request_id = request_id
        self.services = {}

    def service(self, name, **resource):
        resource = {key.replace("__", "."): item for key, item in resource.items()}
        self.services[name] = ({"service.name": name, **resource}, [], [])

    def span(self, service, number, parent, name, kind, start, end, error=None, links=(), trace=None, exception=None, **more):
        more = {key.replace("__", "."): item for key, item in more.items()}
        if self.request_id and parent == 0:
            more = {"request.id": self.request_id, **more}
        span = {
            "traceId": trace or self.trace_id, "spanId": f"{number:016x}", "name": name, "kind": KINDS[kind],
            "startTimeUnixNano": str(START + int(start * MS)), "endTimeUnixNano": str(START + int(end * MS)) if end is not None else "0",
            "attributes": attributes(more), "status": {"code": 2, "message": error} if error is not None else {},
        }  # fmt: skip
        if parent:
            span["parentSpanId"] = f"{parent:016x}"
        if links:
            span["links"] = [{"traceId": link_trace, "spanId": f"{link:016x}"} for link_trace, link in links]
        if exception:
            kind_of, message = exception
            span["events"] = [
                {"timeUnixNano": span["endTimeUnixNano"], "name": "exception", "attributes": attributes({"exception.type": kind_of, "exception.message": message})}
            ]
        self.services[service][1].append(span)

    def log(self, service, number, time, level, text, trace=None, **more):
        levels = {"debug": 5, "info": 9, "warn": 13, "error": 17}
        self.services[service][2].append(
            {
                "timeUnixNano": str(START + int(time * MS)), "severityNumber": levels[level], "severityText": level.upper(), "body": value(text),
                "attributes": attributes({key.replace("__", "."): item for key, item in more.items()}),
                "traceId": trace or self.trace_id, "spanId": f"{number:016x}",
            }  # fmt: skip
        )

    def write(self, name):
        lines = []
        for resource, spans, logs in self.services.values():
            entity = {"attributes": attributes(resource)}
            if spans:
                lines.append({"resourceSpans": [{"resource": entity, "scopeSpans": [{"spans": spans}]}]})
            if logs:
                lines.append({"resourceLogs": [{"resource": entity, "scopeLogs": [{"logRecords": logs}]}]})
        (HERE / name).write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))


def function(memory, instance, arch="arm64"):
    return {
        "cloud__platform": "aws_lambda", "faas__max_memory": memory << 20, "faas__instance": instance, "host__arch": arch,
    }  # fmt: skip


def orders():
    """An order that fails: a cold start, a silent function, a retried charge, a receipt over a queue."""
    t = Trace("4bf92f3577b34da6a3ce929d0e0e4736", "7f3a9c21-5d0e-4b7c-9a51-0c3f1f2c9d11")
    t.service("edge")
    for name, memory in (("orders-api", 512), ("inventory", 256), ("payments", 256), ("receipts", 256)):
        t.service(name, faas__name="shop-" + name, **function(memory, f"2026/11/24/[7]{name}01"))
    t.span("edge", 1, 0, "POST /orders", "server", 0, 1400, "", http__request__method="POST", http__response__status_code=500)
    t.span("edge", 2, 1, "POST orders-api", "client", 20, 1385, "500")
    t.span("orders-api", 3, 2, "POST /orders", "server", 428, 1380, "order failed", faas__coldstart=True, faas__init_duration=0.39,
           faas__invocation_id="1b7d-orders", faas__mem_usage=188 << 20)  # fmt: skip
    t.log("orders-api", 3, 431, "info", "order accepted", id="O-1182")
    t.span("orders-api", 4, 3, "inventory.reserve", "client", 445, 592)
    t.span("inventory", 5, 4, "reserve", "server", 447, 590, faas__coldstart=False, faas__mem_usage=61 << 20)
    t.span("orders-api", 6, 3, "invoke fraud-check", "client", 593, 603, faas__invoked_name="fraud-check")
    t.span("orders-api", 7, 3, "charge", "client", 605, 965, "timeout", exception=("TimeoutError", "no answer within 350ms"))
    t.log("orders-api", 7, 955, "warn", "charge timed out, retry in 40ms")
    t.span("orders-api", 8, 3, "charge", "client", 1005, 1365, "declined")
    t.span("payments", 9, 8, "POST /charges", "server", 1008, 1362, "card declined", faas__coldstart=False, faas__mem_usage=74 << 20)
    t.log("payments", 9, 1352, "error", "card declined", code=51)
    t.span("payments", 10, 9, "POST api.stripe.com", "client", 1012, 1350, "402", http__response__status_code=402, server__address="api.stripe.com",
           exception=("CardDeclined", "402 card_declined"))  # fmt: skip
    t.span("orders-api", 11, 3, "send receipts", "producer", 1366, 1379, messaging__system="aws_sqs", messaging__destination__name="receipts")
    t.span("receipts", 12, 11, "process receipts", "consumer", 1620, 1840, faas__coldstart=False)
    t.log("receipts", 12, 1830, "info", "receipt queued")
    t.span("receipts", 13, 12, "DynamoDB.PutItem", "client", 1770, 1830, db__system="dynamodb")
    t.write("orders.jsonl")


def checkout():
    """The checkout of OpenTelemetry's demo: a dozen services, currency conversions in a row, two consumers of one topic."""
    t = Trace("0c9a6d1f73c24e5b8a71d2e4f6b80913")
    names = ("load-generator frontend-proxy frontend checkout cart product-catalog currency shipping quote payment email accounting fraud-detection").split()
    for name in names:
        t.service(name, service__instance__id=f"{name}-5d8f6c7b9-x2kqp")
    t.span("load-generator", 1, 0, "POST", "client", 0, 187.4, http__request__method="POST", http__response__status_code=200)
    t.span("frontend-proxy", 2, 1, "ingress", "server", 0.6, 186.8, http__response__status_code=200)
    t.span("frontend-proxy", 3, 2, "router frontend egress", "client", 0.8, 186.5)
    t.span("frontend", 4, 3, "POST /api/checkout", "server", 1.4, 186.1, http__response__status_code=200)
    t.span("frontend", 5, 4, "oteldemo.CheckoutService/PlaceOrder", "client", 4.9, 171.2, rpc__grpc__status_code=0)
    t.span("checkout", 6, 5, "oteldemo.CheckoutService/PlaceOrder", "server", 5.7, 170.6, rpc__grpc__status_code=0, app__order__items__count=3)
    t.log("checkout", 6, 6.0, "info", "[PlaceOrder]", app__user__currency="EUR")
    t.span("checkout", 7, 6, "prepareOrderItemsAndShippingQuoteFromCart", "internal", 5.9, 71.3)
    t.span("checkout", 8, 7, "oteldemo.CartService/GetCart", "client", 6.1, 11.8)
    t.span("cart", 9, 8, "POST /oteldemo.CartService/GetCart", "server", 7.2, 11.1)
    t.span("cart", 10, 9, "HGET", "client", 7.9, 10.4, db__system="redis")
    number, at = 11, 12.0
    for item in range(3):
        t.span("checkout", number, 7, "oteldemo.ProductCatalogService/GetProduct", "client", at, at + 4.2, app__product__id=f"L9ECAV7{item}")
        t.span("product-catalog", number + 1, number, "oteldemo.ProductCatalogService/GetProduct", "server", at + 0.8, at + 3.7)
        number, at = number + 2, at + 4.4
        t.span("checkout", number, 7, "oteldemo.CurrencyService/Convert", "client", at, at + 2.1)
        t.span("currency", number + 1, number, "Currency/Convert", "server", at + 0.7, at + 1.5)
        number, at = number + 2, at + 2.2
    t.span("checkout", number, 7, "HTTP POST", "client", at, at + 31.5, server__address="shipping")
    t.span("shipping", number + 1, number, "POST /get-quote", "server", at + 0.9, at + 30.8)
    t.span("shipping", number + 2, number + 1, "POST http://quote:8090/getquote", "client", at + 1.7, at + 29.9)
    t.span("quote", number + 3, number + 2, "POST /getquote", "server", at + 3.0, at + 28.8)
    t.span("quote", number + 4, number + 3, "calculate-quote", "internal", at + 19.2, at + 28.1)
    number += 5
    t.span("checkout", number, 6, "oteldemo.PaymentService/Charge", "client", 72.0, 96.3, "rpc error", exception=("Unavailable", "connection reset by peer"))
    t.log("checkout", number, 96.2, "warn", "charge failed, trying again")
    t.span("checkout", number + 1, 6, "oteldemo.PaymentService/Charge", "client", 98.5, 121.9)
    t.span("payment", number + 2, number + 1, "grpc.oteldemo.PaymentService/Charge", "server", 99.6, 121.0, app__payment__card_type="visa")
    t.span("payment", number + 3, number + 2, "charge", "internal", 101.1, 120.2)
    number += 4
    t.span("checkout", number, 6, "oteldemo.CartService/EmptyCart", "client", 122.4, 128.8)
    t.span("cart", number + 1, number, "POST /oteldemo.CartService/EmptyCart", "server", 123.3, 128.0)
    t.span("cart", number + 2, number + 1, "HMSET", "client", 123.9, 125.1, db__system="redis")
    t.span("cart", number + 3, number + 1, "EXPIRE", "client", 125.2, 126.0, db__system="redis")
    number += 4
    t.span("checkout", number, 6, "HTTP POST", "client", 129.2, 161.0, server__address="email")
    t.span("email", number + 1, number, "POST /send_order_confirmation", "server", 130.0, 160.2)
    t.span("email", number + 2, number + 1, "sinatra.render_template", "internal", 131.4, 138.8)
    t.span("email", number + 3, number + 1, "send_email", "internal", 139.0, 159.9)
    number += 4
    t.span("checkout", number, 6, "publish orders", "producer", 161.4, 169.9, messaging__destination__name="orders")
    t.span("accounting", number + 1, number, "order-consumed", "consumer", 176.2, 203.0, messaging__destination__name="orders")
    t.span("accounting", number + 2, number + 1, "INSERT order", "client", 180.1, 201.5, db__system="postgresql")
    t.span("fraud-detection", number + 3, number, "orders process", "consumer", 181.7, 184.9, messaging__destination__name="orders")
    t.write("checkout.jsonl")


def clocks():
    """A function whose clock is behind, and a span whose parent never came: API, function, table as in X-Ray's samples."""
    t = Trace("5759e988bd862e3fe1be46a994272793", "req-0d41f2")
    t.service("scorekeep-api", service__instance__id="api-1")
    t.service("payments", faas__name="payments", **function(1024, "payments-7c", "amd64"))
    t.service("ledger", faas__name="ledger", **function(128, "ledger-2a"))
    t.span("scorekeep-api", 1, 0, "PUT /game/{id}", "server", 0, 118, http__request__method="PUT", http__response__status_code=200,
           telemetry__spans_begun=3)  # fmt: skip
    t.span("scorekeep-api", 2, 1, "invoke payments", "client", 6, 71, faas__invoked_name="payments")
    t.span("scorekeep-api", 3, 1, "DynamoDB.UpdateItem", "client", 72, 116)
    behind = -38
    t.span("payments", 4, 2, "payments", "server", 9 + behind, 68 + behind, faas__coldstart=False, telemetry__spans_begun=5,
           telemetry__logs_begun=1)  # fmt: skip
    t.span("payments", 5, 4, "validate", "internal", 10 + behind, 21 + behind)
    t.log("payments", 5, 12 + behind, "warn", "card expires this month")
    t.span("payments", 6, 4, "GetItem", "client", 21 + behind, 44 + behind)
    t.span("ledger", 8, 7, "append entry", "server", 50, 58, faas__coldstart=False)
    t.span("ledger", 9, 8, "PutItem", "client", 52, 57)
    t.write("clocks.jsonl")


def redrive():
    """A message that was tried three times over six hours."""
    edge, job = "a1d5c0e2f4b6978891a0b3c4d5e6f701", "b2d5c0e2f4b6978891a0b3c4d5e6f70"
    t = Trace(edge, "req-lesson-complete-77")
    t.service("edge", faas__name="edge", **function(256, "edge-01"))
    t.service("progress", faas__name="progress", **function(512, "progress-11"))
    t.span("edge", 1, 0, "POST /lessons/{lesson}/completion", "server", 0, 42, http__response__status_code=202, faas__coldstart=False)
    t.span("edge", 2, 1, "send completions", "producer", 5, 38, messaging__destination__name="completions")
    hour = 3_600_000
    for index, at in enumerate((180, 900, 6 * hour)):
        failed = index < 2
        number = 10 * (index + 1)
        t.span("progress", number, 0, "process completions", "consumer", at, at + 130, "store is read-only" if failed else None, links=[(edge, 2)],
               trace=f"{job}{index}", faas__coldstart=index == 2, **({"faas__init_duration": 0.21} if index == 2 else {}))  # fmt: skip
        t.span("progress", number + 1, number, "UPDATE progress", "client", at + 20, at + 110, "read-only" if failed else None, trace=f"{job}{index}",
               exception=("ReadOnlyError", "the store is in maintenance") if failed else None)  # fmt: skip
        if failed:
            for turn in range(17):
                t.log("progress", number, at + 30 + turn, "warn", "store is read-only, waiting", trace=f"{job}{index}")
    t.write("redrive.jsonl")


def hints():
    """A tutor that asks a model."""
    t = Trace("0af7651916cd43dd8448eb211c80319c", "req-7f3a9c21")
    t.service("edge", faas__name="edge", **function(256, "edge-01"))
    t.service("tutor", faas__name="tutor", **function(1024, "tutor-4f"))
    t.span("edge", 1, 0, "/lessons/{lesson}/hints", "server", 0, 3150, http__request__method="POST", http__response__status_code=200, faas__coldstart=False)
    t.span("edge", 2, 1, "POST", "client", 3, 3146)
    t.span("tutor", 3, 2, "/lessons/{lesson}/hints", "server", 8, 3141, faas__coldstart=False)
    t.span("tutor", 4, 3, "invoke_agent tutor", "internal", 20, 3120, gen_ai__usage__input_tokens=4612, gen_ai__usage__output_tokens=688)
    t.span("tutor", 5, 4, "chat claude-haiku-4-5", "client", 25, 1210, gen_ai__request__model="claude-haiku-4-5", gen_ai__usage__input_tokens=1804,
           gen_ai__usage__output_tokens=96)  # fmt: skip
    t.span("tutor", 6, 4, "execute_tool lesson_search", "internal", 1215, 1390)
    t.span("tutor", 7, 4, "chat claude-haiku-4-5", "client", 1395, 3110, gen_ai__request__model="claude-haiku-4-5", gen_ai__usage__input_tokens=2808,
           gen_ai__usage__output_tokens=592)  # fmt: skip
    t.write("hints.jsonl")


def hotrod():
    """Jaeger's ride sharing demo: thirteen lookups, three of them time out, ten routes on six workers. As the UI saves it."""
    trace = "3d1e5f7a90b2c4d6"
    spans = []

    def span(number, parent, process, name, start, duration, kind=None, error=False, logs=(), **more):
        tags = [{"key": "span.kind", "type": "string", "value": kind}] if kind else []
        tags += [{"key": key.replace("__", "."), "type": "string", "value": text} for key, text in more.items()]
        if error:
            tags.append({"key": "error", "type": "bool", "value": True})
        spans.append({
            "traceID": trace, "spanID": f"{number:x}", "operationName": name, "processID": process, "flags": 1,
            "references": [{"refType": "CHILD_OF", "traceID": trace, "spanID": f"{parent:x}"}] if parent else [],
            "startTime": START // 1000 + start, "duration": duration, "tags": tags, "warnings": None,
            "logs": [{"timestamp": START // 1000 + at, "fields": [{"key": key, "type": "string", "value": text} for key, text in fields.items()]} for at, fields in logs],
        })  # fmt: skip

    span(1, 0, "p1", "HTTP GET /dispatch", 0, 738_000, "server")
    span(2, 1, "p1", "HTTP GET: /customer", 900, 302_000, "client")
    span(3, 2, "p2", "HTTP GET /customer", 1_600, 300_400, "server")
    span(4, 3, "p3", "SQL SELECT", 1_900, 299_800, "client")
    span(5, 1, "p1", "Driver::findNearest", 304_000, 243_000, "client")
    span(6, 5, "p4", "Driver::findNearest", 305_200, 240_900, "server")
    at = 306_000
    for index in range(13):
        failed = index in (4, 8, 11)
        duration = 33_000 if failed else 11_000 + index * 431
        name = "FindDriverIDs" if index == 0 else "GetDriver"
        span(10 + index, 6, "p5", name, at, duration, "client", failed, [(at + duration, {"event": "redis timeout"})] if failed else (),
             param__driverID=f"T7{index}21C")  # fmt: skip
        at += duration + 300
    at = 548_000
    for index in range(10):
        span(30 + 2 * index, 1, "p1", "HTTP GET: /route", at + index // 3 * 61_000, 58_000 + index * 907, "client")
        span(31 + 2 * index, 30 + 2 * index, "p6", "HTTP GET /route", at + 700 + index // 3 * 61_000, 56_800 + index * 907, "server")
    names = {"p1": "frontend", "p2": "customer", "p3": "mysql", "p4": "driver", "p5": "redis", "p6": "route"}
    processes = {key: {"serviceName": name, "tags": [{"key": "hostname", "type": "string", "value": "hotrod-0"}]} for key, name in names.items()}
    (HERE / "hotrod.json").write_text(json.dumps({"data": [{"traceID": trace, "spans": spans, "processes": processes, "warnings": None}]}) + "\n")


def zipkin():
    """Client and server share their span ids, as Brave's do by default."""
    trace = "5982fe77008310cc80f1da5e10147517"
    start = START // 1000

    def span(number, parent, name, kind, service, at, duration, shared=False, **tags):
        result = {"traceId": trace, "id": f"{number:016x}", "name": name, "timestamp": start + at, "duration": duration, "localEndpoint": {"serviceName": service, "ipv4": "10.0.0." + str(len(service))}}
        if kind:
            result["kind"] = kind
        if parent:
            result["parentId"] = f"{parent:016x}"
        if shared:
            result["shared"] = True
        if tags:
            result["tags"] = {key.replace("__", "."): text for key, text in tags.items()}
        return result

    spans = [
        span(1, 0, "get /checkout", "SERVER", "web", 0, 94_000, http__method="GET", http__path="/checkout", http__status_code="503", error="503"),
        span(2, 1, "get", "CLIENT", "web", 8_000, 78_000, http__path="/basket", error="503"),
        span(2, 1, "get /basket", "SERVER", "basket", 11_000, 73_000, True, http__path="/basket", http__status_code="503", error="503"),
        span(3, 2, "select", "CLIENT", "basket", 15_000, 64_000, sql__query="select * from basket where owner = ?", error="deadlock detected"),
        span(4, 1, "render 503", None, "web", 87_000, 5_000),
    ]
    (HERE / "zipkin.json").write_text(json.dumps(spans) + "\n")


if __name__ == "__main__":
    for make in (orders, checkout, clocks, redrive, hints, hotrod, zipkin):
        make()
