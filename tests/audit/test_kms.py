"""Epoch keys in AWS KMS, spoken to over HTTP."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import httpx
import pytest
from botocore.stub import Stubber
from moto.server import ThreadedMotoServer

from summarizer.audit.database import Database
from summarizer.audit.keystore import Keystore
from summarizer.audit.kms import KMSKeyWrapper
from summarizer.audit.origin import CaseTagger
from summarizer.audit.wrapping import LocalKeyWrapper
from summarizer.errors import AuditUnavailable, ConfigurationError


@pytest.fixture
def endpoint(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented-too")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    httpx.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def wrapper(endpoint: str) -> KMSKeyWrapper:
    return KMSKeyWrapper.connect(region="eu-central-1", endpoint=endpoint, waiting_days=9)


@pytest.fixture
def kms(endpoint: str) -> Any:
    return boto3.client("kms", region_name="eu-central-1", endpoint_url=endpoint)


def test_a_key_is_opened_by_its_reference_and_is_not_in_it(wrapper: KMSKeyWrapper) -> None:
    made, other = wrapper.create(), wrapper.create()

    assert len(made.key) == 32
    assert wrapper.open(made.reference) == made.key
    assert wrapper.open(other.reference) == other.key != made.key
    assert made.key.hex() not in repr(made)


def test_each_epoch_has_a_kms_key_of_its_own(wrapper: KMSKeyWrapper, kms: Any) -> None:
    made = {wrapper.create().reference.split()[1] for _ in range(2)}

    assert {key["KeyId"] for key in kms.list_keys()["Keys"]} == made


def test_a_destroyed_key_is_disabled_and_deleted_when_the_waiting_period_ends(
    wrapper: KMSKeyWrapper, kms: Any
) -> None:
    made = wrapper.create()
    wrapper.destroy(made.reference)
    state = kms.describe_key(KeyId=made.reference.split()[1])["KeyMetadata"]
    wait = state["DeletionDate"] - datetime.now(UTC)

    assert state["KeyState"] == "PendingDeletion"
    assert state["Enabled"] is False
    assert timedelta(days=8) < wait <= timedelta(days=9)


def test_destroying_twice_is_no_error(wrapper: KMSKeyWrapper) -> None:
    made = wrapper.create()
    wrapper.destroy(made.reference)
    wrapper.destroy(made.reference)
    wrapper.destroy(f"aws-kms {'0' * 8}-0000-0000-0000-{'0' * 12} AAAA")


def test_what_kms_refuses_names_the_fix_and_not_its_words(kms: Any) -> None:
    wrapper = KMSKeyWrapper(kms, waiting_days=7)
    with Stubber(kms) as stubbed:
        stubbed.add_client_error("decrypt", "KMSInvalidStateException", "arn of a key is pending")
        stubbed.add_client_error("create_key", "AccessDeniedException", "User: arn may not")
        with pytest.raises(AuditUnavailable, match="cancel its deletion") as pending:
            wrapper.open("aws-kms key-id AAAA")
        with pytest.raises(AuditUnavailable, match="allow kms:CreateKey") as denied:
            wrapper.create()

    assert "arn" not in f"{pending.value}{denied.value}"


def test_a_kms_key_without_a_data_key_is_not_left_behind(kms: Any) -> None:
    wrapper = KMSKeyWrapper(kms, waiting_days=7)
    with Stubber(kms) as stubbed:
        stubbed.add_response("create_key", {"KeyMetadata": {"KeyId": "key-id"}})
        stubbed.add_client_error("generate_data_key", "AccessDeniedException")
        stubbed.add_response("disable_key", {}, {"KeyId": "key-id"})
        stubbed.add_response(
            "schedule_key_deletion", {}, {"KeyId": "key-id", "PendingWindowInDays": 7}
        )
        with pytest.raises(AuditUnavailable, match="AccessDenied"):
            wrapper.create()
        stubbed.assert_no_pending_responses()


def test_rotation_moves_every_case_key_to_a_new_kms_key(
    wrapper: KMSKeyWrapper, kms: Any, tmp_path: Path
) -> None:
    def opened() -> Keystore:
        database = Database(f"sqlite:///{tmp_path / 'keys.db'}", forgets=True).migrate("keys")
        return Keystore(database, tagger=CaseTagger(bytes(32)), wrapper=wrapper)

    keystore = opened()
    before = keystore.keys(["T-1"])["T-1"].commit
    keystore.rotate()
    again = opened()
    states = [
        kms.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyState"]
        for key in kms.list_keys()["Keys"]
    ]

    assert again.keys(["T-1"])["T-1"].commit == before
    assert sorted(states) == ["Enabled", "PendingDeletion"]
    keystore.dispose()
    again.dispose()


def test_a_reference_of_another_wrapper_is_refused(wrapper: KMSKeyWrapper, tmp_path: Path) -> None:
    local = LocalKeyWrapper(tmp_path)
    for keeper, reference in (
        (wrapper, local.create().reference),
        (local, wrapper.create().reference),
    ):
        with pytest.raises(AuditUnavailable, match="check key_wrapper"):
            keeper.open(reference)


def test_a_damaged_reference_is_refused_without_showing_it(wrapper: KMSKeyWrapper) -> None:
    kind, key_id, sealed = wrapper.create().reference.split()
    with pytest.raises(AuditUnavailable) as caught:
        wrapper.open(f"{kind} {key_id} {sealed[::-1]}")

    assert sealed not in str(caught.value)
    assert key_id not in str(caught.value)


def test_a_service_that_cannot_be_reached_names_the_fix(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "invented")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "invented-too")
    wrapper = KMSKeyWrapper.connect(region="eu-central-1", endpoint="http://127.0.0.1:1")

    with pytest.raises(AuditUnavailable, match="check aws_region, aws_endpoint") as caught:
        wrapper.create()
    assert "invented" not in str(caught.value)


@pytest.mark.parametrize("days", [6, 31])
def test_a_waiting_period_that_aws_does_not_know_is_refused(days: int) -> None:
    with pytest.raises(ConfigurationError, match="7 to 30 days"):
        KMSKeyWrapper.connect(region="eu-central-1", waiting_days=days)
