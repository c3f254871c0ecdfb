"""The S3 sink over real HTTP against a store on loopback."""

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import boto3
import pytest
from botocore.config import Config
from moto.server import ThreadedMotoServer

from summarizer.audit.s3_sink import S3Sink
from summarizer.audit.sink import CheckpointConflict, checkpoint_key
from summarizer.errors import AuditUnavailable
from tests.audit.sink_contract import ORIGIN, SinkContract, note

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SECRET = "an-invented-secret-key"
NUMBERS = count()


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def _client(endpoint: str) -> Any:
    return boto3.client(
        "s3",
        region_name="eu-central-1",
        endpoint_url=endpoint,
        aws_access_key_id="an-invented-key-id",
        aws_secret_access_key=SECRET,
        config=Config(retries={"total_max_attempts": 1}, proxies={}),
    )


@pytest.fixture(scope="module")
def client(endpoint: str) -> Iterator[Any]:
    made = _client(endpoint)
    yield made
    made.close()


def _bucket(client: Any, *, lock: bool = True) -> str:
    name = f"checkpoints-{next(NUMBERS)}"
    client.create_bucket(
        Bucket=name,
        ObjectLockEnabledForBucket=lock,
        CreateBucketConfiguration={"LocationConstraint": "eu-central-1"},
    )
    return name


@pytest.fixture
def bucket(client: Any) -> str:
    return _bucket(client)


@pytest.fixture
def sink(client: Any, bucket: str) -> S3Sink:
    return S3Sink(client, bucket, retention_days=30, clock=lambda: datetime.now(UTC))


class Counting:
    """A client that counts its requests and gets answers of two keys at most."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.requests = 0

    def get_object(self, **request: Any) -> dict[str, Any]:
        return self._answer("get_object", request)

    def get_object_lock_configuration(self, **request: Any) -> dict[str, Any]:
        return self._answer("get_object_lock_configuration", request)

    def list_object_versions(self, **request: Any) -> dict[str, Any]:
        return self._answer("list_object_versions", request | {"MaxKeys": 2})

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        return self._answer("list_objects_v2", request | {"MaxKeys": 2})

    def put_object(self, **request: Any) -> dict[str, Any]:
        return self._answer("put_object", request)

    def _answer(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        self.requests += 1
        answer: dict[str, Any] = getattr(self._client, name)(**request)
        return answer


class Slower(Counting):
    """A client to whose every write another process came first."""

    def __init__(self, client: Any, other: str) -> None:
        super().__init__(client)
        self._other = other.encode()

    def put_object(self, **request: Any) -> dict[str, Any]:
        super().put_object(**(request | {"Body": self._other}))
        return super().put_object(**request)


class Careless(Counting):
    """A client of a store that ignores the lock it is asked for."""

    def put_object(self, **request: Any) -> dict[str, Any]:
        kept = {name: value for name, value in request.items() if "ObjectLock" not in name}
        return super().put_object(**kept)


class TestS3Sink(SinkContract):
    """The contract, on objects."""


def test_a_checkpoint_is_locked_in_compliance_mode_for_the_retention(
    client: Any, bucket: str
) -> None:
    S3Sink(client, bucket, retention_days=400, clock=lambda: NOW).publish(ORIGIN, 7, note(7))
    head = client.head_object(Bucket=bucket, Key=f"{ORIGIN}/00000000000000000007")

    assert head["ObjectLockMode"] == "COMPLIANCE"
    assert head["ObjectLockRetainUntilDate"] == NOW + timedelta(days=400)


def test_a_published_version_cannot_be_deleted(client: Any, bucket: str, sink: S3Sink) -> None:
    sink.publish(ORIGIN, 7, note(7))
    key = checkpoint_key(ORIGIN, 7)
    version = client.head_object(Bucket=bucket, Key=key)["VersionId"]

    with pytest.raises(client.exceptions.ClientError, match="AccessDenied"):
        client.delete_object(Bucket=bucket, Key=key, VersionId=version)


def test_a_hidden_checkpoint_is_still_the_newest(client: Any, bucket: str, sink: S3Sink) -> None:
    for size in (7, 8, 9):
        sink.publish(ORIGIN, size, note(size))
    for size in (8, 9):
        client.delete_object(Bucket=bucket, Key=checkpoint_key(ORIGIN, size))

    fresh = S3Sink(client, bucket, retention_days=30)
    assert fresh.newest(ORIGIN) == note(9)
    assert sink.newest(ORIGIN) == note(9)
    with pytest.raises(CheckpointConflict):
        fresh.publish(ORIGIN, 9, note(9, "forged"))
    fresh.publish(ORIGIN, 9, note(9))


def test_the_newest_is_found_when_all_are_hidden(client: Any, bucket: str, sink: S3Sink) -> None:
    for size in (7, 8):
        sink.publish(ORIGIN, size, note(size))
        client.delete_object(Bucket=bucket, Key=checkpoint_key(ORIGIN, size))

    assert S3Sink(client, bucket, retention_days=30).newest(ORIGIN) == note(8)


def test_a_newer_version_does_not_replace_a_checkpoint(
    client: Any, bucket: str, sink: S3Sink
) -> None:
    sink.publish(ORIGIN, 7, note(7))
    for said in ("forged", "forged again"):
        body = note(7, said).encode()
        client.put_object(Bucket=bucket, Key=checkpoint_key(ORIGIN, 7), Body=body)

    assert sink.newest(ORIGIN) == note(7)
    assert S3Sink(Counting(client), bucket, retention_days=30).newest(ORIGIN) == note(7)


def test_what_another_process_writes_at_the_same_time_is_not_overwritten(
    client: Any, bucket: str, sink: S3Sink
) -> None:
    with pytest.raises(CheckpointConflict):
        S3Sink(Slower(client, note(7)), bucket, retention_days=30).publish(
            ORIGIN, 7, note(7, "forged")
        )
    S3Sink(Slower(client, note(8)), bucket, retention_days=30).publish(ORIGIN, 8, note(8))

    assert sink.newest(ORIGIN) == note(8)
    assert len(client.list_object_versions(Bucket=bucket)["Versions"]) == 2


def test_the_newest_of_many_is_found_without_reading_all_keys(client: Any, bucket: str) -> None:
    sizes = [*range(5), 30, 1_000, 1_001, *range(5_000, 5_060)]
    for size in sizes:
        client.put_object(Bucket=bucket, Key=checkpoint_key(ORIGIN, size), Body=note(size).encode())
    counting = Counting(client)
    sink = S3Sink(counting, bucket, retention_days=30)

    assert sink.newest(ORIGIN) == note(5_059)
    # Two keys an answer: all keys would take 34 requests.
    assert counting.requests < 30
    counting.requests = 0
    assert sink.newest(ORIGIN) == note(5_059)
    assert counting.requests == 3


@pytest.mark.parametrize("number", range(1, 12))
def test_the_newest_of_any_number_is_found(client: Any, bucket: str, number: int) -> None:
    sizes = [one * one for one in range(number)]
    for size in sizes:
        client.put_object(Bucket=bucket, Key=checkpoint_key(ORIGIN, size), Body=note(size).encode())

    found = S3Sink(Counting(client), bucket, retention_days=30).newest(ORIGIN)
    assert found == note(sizes[-1])


def test_what_another_process_published_is_found(client: Any, bucket: str, sink: S3Sink) -> None:
    sink.publish(ORIGIN, 7, note(7))
    assert sink.newest(ORIGIN) == note(7)
    other = S3Sink(client, bucket, retention_days=30)
    for size in (8, 9, 10):
        other.publish(ORIGIN, size, note(size))

    assert sink.newest(ORIGIN) == note(10)


@pytest.mark.parametrize("name", ["0-notes", f"{7:020}.bak", f"0a/{7:020}"])
def test_a_key_that_is_no_checkpoint_is_named(
    client: Any, bucket: str, sink: S3Sink, name: str
) -> None:
    client.put_object(Bucket=bucket, Key=f"{ORIGIN}/{name}", Body=b"")

    with pytest.raises(AuditUnavailable, match=f"{name}, which is no checkpoint; remove it"):
        sink.newest(ORIGIN)


def test_a_bucket_without_object_lock_is_refused(client: Any) -> None:
    bucket = _bucket(client, lock=False)
    sink = S3Sink(Careless(client), bucket, retention_days=30)

    with pytest.raises(AuditUnavailable, match="make the bucket with object lock"):
        sink.publish(ORIGIN, 7, note(7))
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0


def test_a_bucket_that_does_not_exist_is_unavailable(client: Any) -> None:
    sink = S3Sink(client, "no-such-bucket", retention_days=30)

    with pytest.raises(AuditUnavailable, match=r"NoSuchBucket\); make the bucket"):
        sink.newest(ORIGIN)
    with pytest.raises(AuditUnavailable, match="no-such-bucket cannot be used"):
        sink.publish(ORIGIN, 7, note(7))


def test_a_store_that_does_not_answer_is_unavailable_and_its_address_is_not_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    client = _client(f"http://user:{SECRET}@127.0.0.1:{port}")
    sink = S3Sink(client, "checkpoints", retention_days=30)

    with pytest.raises(AuditUnavailable, match="try again") as read:
        sink.newest(ORIGIN)
    with pytest.raises(AuditUnavailable, match="try again") as written:
        sink.publish(ORIGIN, 7, note(7))
    client.close()
    for caught in (read.value, written.value):
        assert SECRET not in str(caught)
        assert caught.__context__ is None


def test_a_sink_is_connected_with_the_credentials_of_the_environment(
    endpoint: str, bucket: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-invented-key-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET)
    sink = S3Sink.connect(bucket, retention_days=30, region="eu-central-1", endpoint=endpoint)
    sink.publish(ORIGIN, 7, note(7))

    assert sink.newest(ORIGIN) == note(7)


def test_an_endpoint_that_is_no_url_is_refused_without_quoting_it() -> None:
    with pytest.raises(AuditUnavailable, match="an endpoint that is a URL") as caught:
        S3Sink.connect(
            "checkpoints", retention_days=30, region="eu-central-1", endpoint=f"nowhere:{SECRET}"
        )

    assert SECRET not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_retention_below_a_day_is_refused(client: Any) -> None:
    with pytest.raises(ValueError, match="retention_days"):
        S3Sink(client, "checkpoints", retention_days=0)
