"""What `traceview --json` prints, as an object that tests can ask (Documentation/Formats/story-json.md)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class StorySpan:
    trace_id: str
    id: str
    service: str
    name: str
    kind: str
    is_error: bool
    attributes: tuple


class Story:
    def __init__(self, document):
        self.document = document
        self.trace_ids = set(document["request"]["traceIds"])
        self.problems = document["problems"]
        self.logs = document["logs"]
        self.spans = [self._span(span) for span in document["spans"]]
        self._parents = {self._key(span): span.get("storyParent") for span in document["spans"]}

    @staticmethod
    def _key(ids):
        return ids["traceId"], ids["spanId"]

    @staticmethod
    def _span(span):
        attributes = tuple(sorted((key, repr(value)) for key, value in span["attributes"].items()))
        return StorySpan(
            span["traceId"], span["spanId"], span["service"], span["name"], span["kind"], span["status"]["code"] == "error", attributes
        )

    def span(self, name, service=None):
        """The one span of this name."""
        found = [span for span in self.spans if span.name == name and service in (None, span.service)]
        assert len(found) == 1, f"{len(found)} spans are called {name!r}: {[span.name for span in self.spans]}"
        return found[0]

    def parent(self, span):
        """The span that this one hangs under in the story, over processes, links and queues."""
        ids = self._parents[span.trace_id, span.id]
        if ids is None:
            return None
        return next(other for other in self.spans if (other.trace_id, other.id) == self._key(ids))
