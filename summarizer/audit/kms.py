"""KMS: the keys of epochs behind AWS Key Management Service, one KMS key for each epoch.

The data key that wraps case keys is stored as ciphertext in the epoch's reference; it opens only
while its KMS key lives. Destroying an epoch schedules the deletion of its KMS key and disables
it at once. AWS waits 7 to 30 days before it deletes (AWS KMS API, ScheduleKeyDeletion): within
that time an administrator of the account can still take it back.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable
from typing import Any, Final, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from summarizer.audit.seal import KEY_BYTES
from summarizer.audit.wrapping import EpochKey
from summarizer.errors import AuditUnavailable, ConfigurationError

__all__ = ["KMSKeyWrapper"]

_KIND: Final = "aws-kms"
_LEAST_DAYS: Final = 7
_MOST_DAYS: Final = 30
_CONTEXT: Final = {"purpose": "case-summarizer epoch"}
_GONE: Final = frozenset({"NotFoundException", "KMSInvalidStateException"})
_FIXES: Final = {
    "AccessDeniedException": "allow kms:CreateKey, GenerateDataKey, Decrypt, DisableKey,"
    " ScheduleKeyDeletion and TagResource",
    "DisabledException": "the key of this epoch is disabled; enable it, or restore a newer backup",
    "KMSInvalidStateException": "the key of this epoch is disabled or about to be deleted; cancel"
    " its deletion, or restore a newer backup",
    "NotFoundException": "the key of this epoch is gone; check region and account",
    "LimitExceededException": "the account has too many keys; raise the quota",
    "ThrottlingException": "too many requests; try again, or raise the quota",
    "InvalidCiphertextException": "the reference is damaged; restore the keys' database",
    "UnrecognizedClientException": "the credentials are not valid; check the AWS environment",
    "ExpiredTokenException": "the credentials have expired; renew them",
}


class KMSKeyWrapper:
    """Keeps each epoch's key under a KMS key of its own; safe for several threads."""

    def __init__(self, client: Any, *, waiting_days: int) -> None:
        """Take a boto3 client of KMS; `connect` makes one."""
        if not _LEAST_DAYS <= waiting_days <= _MOST_DAYS:
            msg = (
                f"kms_waiting_days: AWS waits {_LEAST_DAYS} to {_MOST_DAYS} days before it "
                f"deletes a key, not {waiting_days}"
            )
            raise ConfigurationError(msg)
        self._client = client
        self._waiting_days = waiting_days

    @classmethod
    def connect(
        cls, *, region: str | None = None, endpoint: str | None = None, waiting_days: int = 7
    ) -> Self:
        """Use AWS's own environment for credentials, and for the region unless it is given.

        Raises:
            ConfigurationError: if there is no region, or the waiting period is not one of AWS's.
        """
        config = Config(
            connect_timeout=5,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 4},
        )
        try:
            client = boto3.client("kms", region_name=region, endpoint_url=endpoint, config=config)
        except (BotoCoreError, ValueError) as error:
            msg = f"AWS KMS: {type(error).__name__}; set aws_region or AWS_REGION"
            raise ConfigurationError(msg) from None
        return cls(client, waiting_days=waiting_days)

    def create(self) -> EpochKey:
        """Make a KMS key and a data key under it."""
        made = _asked(
            lambda: self._client.create_key(
                Description="case-summarizer: wraps case keys for one epoch",
                KeySpec="SYMMETRIC_DEFAULT",
                KeyUsage="ENCRYPT_DECRYPT",
                Tags=[{"TagKey": "application", "TagValue": "case-summarizer"}],
            )
        )
        key_id = str(made["KeyMetadata"]["KeyId"])
        try:
            data = _asked(
                lambda: self._client.generate_data_key(
                    KeyId=key_id, NumberOfBytes=KEY_BYTES, EncryptionContext=_CONTEXT
                )
            )
        except AuditUnavailable:
            self._delete(key_id)
            raise
        sealed = b64encode(data["CiphertextBlob"]).decode()
        return EpochKey(f"{_KIND} {key_id} {sealed}", bytes(data["Plaintext"]))

    def open(self, reference: str) -> bytes:
        """Have KMS decrypt a data key."""
        key_id, sealed = _parsed(reference)
        answer = _asked(
            lambda: self._client.decrypt(
                KeyId=key_id, CiphertextBlob=sealed, EncryptionContext=_CONTEXT
            )
        )
        return bytes(answer["Plaintext"])

    def destroy(self, reference: str) -> None:
        """Disable the KMS key now and schedule its deletion."""
        self._delete(_parsed(reference)[0])

    def _delete(self, key_id: str) -> None:
        for call in (
            lambda: self._client.disable_key(KeyId=key_id),
            lambda: self._client.schedule_key_deletion(
                KeyId=key_id, PendingWindowInDays=self._waiting_days
            ),
        ):
            # A key that is gone, or about to be, was destroyed before.
            _asked(call, fine=_GONE)


def _asked(call: Callable[[], Any], *, fine: frozenset[str] = frozenset()) -> Any:
    """Call KMS; its own words are left out, since they name callers and accounts.

    Raises:
        AuditUnavailable: with the fix.
    """
    try:
        return call()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code in fine:
            return None
        fix = _FIXES.get(code, "see the service's health and CloudTrail")
        msg = f"AWS KMS ({code}): {fix}"
    except BotoCoreError as error:
        kind = type(error).__name__
        fix = (
            "no credentials; set the AWS environment or give the machine a role"
            if "Credentials" in kind
            else "cannot be reached; check aws_region, aws_endpoint and the network"
        )
        msg = f"AWS KMS ({kind}): {fix}"
    raise AuditUnavailable(msg)


def _parsed(reference: str) -> tuple[str, bytes]:
    try:
        kind, key_id, sealed = reference.split(" ")
        data = b64decode(sealed, validate=True)
    except ValueError:
        kind, key_id, data = reference.partition(":")[0], "", b""
    if kind != _KIND or not key_id:
        msg = f"an epoch key of the kind {kind!a} is not kept in AWS KMS; check key_wrapper"
        raise AuditUnavailable(msg)
    return key_id, data
