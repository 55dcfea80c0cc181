import threading
from email.utils import formatdate

import pytest
from hypothesis import given, strategies as st

from layerscope.errors import Cancelled, RegistryError, TooManyRequests, TransportError, UsageError
from layerscope.registry.client import Call, RegistryClient
from layerscope.registry.http.events import Notice, RateLimit, Waiting
from layerscope.registry.http.retry import MAX_TRIES, MAX_WAIT, MIN_RATE, WINDOW, backoff, wait_seconds, watch
from support.fake_registry import Reply
from support.images import build_image
from support.impatient import ImpatientTransport
from support.registry_reading import fetch_manifest


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def drip(clock, size, seconds, count):
    for _ in range(count):
        clock.now += seconds
        yield b"x" * size


def test_a_byte_every_four_seconds_is_given_up():
    clock = Clock()
    with pytest.raises(TransportError, match="`host` is too slow: it sends less than"):
        list(watch(drip(clock, 1, 4.0, 1000), "host", clock))
    assert clock.now <= WINDOW + 4


def test_a_connection_that_dies_late_is_given_up_too():
    clock = Clock()

    def dying():
        yield from drip(clock, 10**6, 0.1, 100)
        yield from drip(clock, 1, 4.0, 1000)

    with pytest.raises(TransportError):
        list(watch(dying(), "host", clock))
    assert clock.now <= 10 + 2 * WINDOW + 8


def test_a_slow_line_is_borne():
    clock = Clock()
    chunks = list(watch(drip(clock, 2 * MIN_RATE, 1.0, 200), "host", clock))
    assert len(chunks) == 200


def test_the_time_that_the_reader_takes_does_not_count():
    clock = Clock()
    received = 0
    for chunk in watch(drip(clock, 10, 0.001, 100), "host", clock):
        clock.now += 60
        received += len(chunk)
    assert received == 1000


IMAGE = build_image()
PATH = "/v2/app/manifests/latest"
GOOD = Reply(body=IMAGE.manifest_bytes, headers={"Content-Type": IMAGE.media_type})


@pytest.fixture
def events():
    return []


@pytest.fixture
def listening(events):
    with RegistryClient(listener=events.append, transport=ImpatientTransport()) as client:
        yield client


def call(registry, method="GET", **more):
    return Call(method, registry.host, "app", "manifests/latest", **more)


@pytest.mark.parametrize(
    ("field", "seconds"),
    [("2", 2), (" 7 ", 7), ("0", 0), ("86400", MAX_WAIT), (formatdate(1010, usegmt=True), 10), (formatdate(1, usegmt=True), 0)],
)  # fmt: skip
def test_a_wait_is_as_long_as_the_registry_orders(field, seconds):
    assert wait_seconds(field, 1, now=lambda: 1000.0) == seconds


@pytest.mark.parametrize("field", ["-5", "garbage", "", None, "1e3", "9" * 40, "Mon, 99 Foo 2020"])
def test_a_senseless_order_to_wait_is_ignored(field):
    assert 0.25 <= wait_seconds(field, 1) <= 0.5


@given(st.integers(1, 1000))
def test_waits_grow_up_to_a_limit_and_are_never_in_step(attempt):
    assert 0 < backoff(attempt) <= MAX_WAIT
    assert len({backoff(attempt) for _ in range(5)}) > 1


def test_a_limit_is_waited_out_and_the_wait_is_announced(fake_registry, listening, events):
    fake_registry.on("GET", PATH, Reply(429, headers={"Retry-After": "2"}), GOOD)
    assert fetch_manifest(listening, fake_registry.reference()).data == IMAGE.manifest_bytes
    assert listening.transport.pauses == [2]
    assert events == [Waiting(fake_registry.host, 2, "limits the rate of requests")]


def test_a_registry_that_stays_busy_is_asked_five_times(fake_registry, listening):
    fake_registry.on("GET", PATH, Reply(429, headers={"Retry-After": "86400"}))
    with pytest.raises(TooManyRequests):
        fetch_manifest(listening, fake_registry.reference())
    assert len(fake_registry.requests) == MAX_TRIES
    assert listening.transport.pauses == [MAX_WAIT] * (MAX_TRIES - 1)


def test_a_wait_ends_at_once_when_the_client_is_closed(fake_registry):
    fake_registry.on("GET", PATH, Reply(429, headers={"Retry-After": "60"}))
    waiting, outcome = threading.Event(), []
    client = RegistryClient(listener=lambda _event: waiting.set())

    def read():
        try:
            fetch_manifest(client, fake_registry.reference())
        except Cancelled as error:
            outcome.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    assert waiting.wait(10)
    client.close()
    thread.join(10)
    assert len(outcome) == 1


def test_the_limit_of_docker_hub_is_quoted(fake_registry, listening):
    body = b'{"errors": [{"code": "TOOMANYREQUESTS", "message": "You have reached your pull rate limit"}]}'
    headers = {"ratelimit-limit": "100;w=21600", "ratelimit-remaining": "0;w=21600", "Retry-After": "1"}
    fake_registry.on("GET", PATH, Reply(429, body, headers))
    with pytest.raises(TooManyRequests, match=r"to 100 in 6 h, 0 left: You have reached.*429 TOOMANYREQUESTS"):
        fetch_manifest(listening, fake_registry.reference())


def test_the_rest_of_a_limit_is_reported_when_it_changes(fake_registry, listening, events):
    replies = [
        Reply(body=GOOD.body, headers={"ratelimit-limit": "100;w=3600", "ratelimit-remaining": left})
        for left in ("9;w=3600", "9;w=3600", "8;w=3600")
    ]
    fake_registry.on("GET", PATH, *replies)
    for _ in replies:
        fetch_manifest(listening, fake_registry.reference())
    assert events == [RateLimit(fake_registry.host, 100, left, 3600) for left in (9, 8)]


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_read_that_failed_is_repeated(fake_registry, listening, status, method):
    fake_registry.on(method, PATH, Reply(status), Reply(status), Reply())
    with listening.send(call(fake_registry, method)) as answer:
        assert answer.status == 200
    assert len(fake_registry.requests) == 3


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_a_write_is_never_repeated(fake_registry, listening, status, method):
    fake_registry.on(method, PATH, Reply(status, headers={"Retry-After": "1"}), Reply())
    with listening.send(call(fake_registry, method, content=b"x")) as answer:
        assert answer.status == status
    assert len(fake_registry.requests) == 1


def test_other_errors_are_not_repeated(fake_registry, listening):
    fake_registry.on("GET", PATH, Reply(400))
    with pytest.raises(RegistryError):
        fetch_manifest(listening, fake_registry.reference())
    assert len(fake_registry.requests) == 1


def test_a_read_whose_connection_was_lost_is_sent_once_more(fake_registry, listening):
    def hang_up(_request):
        raise ConnectionError

    fake_registry.on("GET", PATH, hang_up, GOOD)
    assert fetch_manifest(listening, fake_registry.reference()).data == IMAGE.manifest_bytes
    fake_registry.on("PUT", PATH, hang_up, Reply())
    with pytest.raises(Exception, match="broke off"):
        listening.send(call(fake_registry, "PUT", content=b"x"))
    assert len(fake_registry.paths("PUT")) == 1


def test_a_cut_blob_is_asked_for_again_without_haste(fake_registry, listening, events):
    from layerscope.oci import parse_manifest
    from layerscope.registry.api.blobs import MAX_RESUMES, open_blob

    layer = parse_manifest(IMAGE.manifest_bytes).layers[0]
    fake_registry.on("GET", f"/v2/app/blobs/{layer.digest}", Reply(body=IMAGE.layers[0], cut=1))
    with pytest.raises(Exception, match="broke off"), open_blob(listening, fake_registry.reference(), layer) as chunks:
        list(chunks)
    assert len(listening.transport.pauses) == MAX_RESUMES - 1
    assert events[0].reason == "closed the connection"


def test_a_warning_is_reported_once_and_escaped(fake_registry, listening, events):
    headers = {"Warning": ['299 - "old \\"client\\" \x1b[31m"', '299 - "second"'], "Content-Type": IMAGE.media_type}
    fake_registry.on("GET", PATH, Reply(body=GOOD.body, headers=headers))
    for _ in range(2):
        fetch_manifest(listening, fake_registry.reference())
    assert events == [
        Notice(f'`{fake_registry.host}` warns: old "client" \\x1b[31m'),
        Notice(f"`{fake_registry.host}` warns: second"),
    ]


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "DELETE"])
def test_a_read_only_client_sends_no_write(fake_registry, method):
    with RegistryClient(read_only=True) as client, pytest.raises(UsageError, match="read-only"):
        client.send(call(fake_registry, method))
    assert fake_registry.requests == []
