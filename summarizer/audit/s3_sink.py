"""Signed checkpoints -> an S3 bucket with object lock, where no account can change or delete them.

Needs the extra `aws`. The user of the bucket needs s3:ListBucket, s3:ListBucketVersions,
s3:GetObjectVersion, s3:PutObject, s3:PutObjectRetention and s3:GetBucketObjectLockConfiguration,
and nothing else.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol, Self

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from summarizer.audit.checkpoint import MAX_SIZE
from summarizer.audit.note import MAX_NOTE_BYTES
from summarizer.audit.sink import (
    CheckpointConflict,
    checkpoint_key,
    checkpoint_size,
    note_text,
    origin_folder,
)
from summarizer.errors import AuditUnavailable

__all__ = ["S3Client", "S3Sink"]

_TIMEOUT_SECONDS = 10
_ATTEMPTS = 3
_RIGHTS = "give the credentials the rights that the documentation of the audit store lists"
_NO_LOCK = "ObjectLockConfigurationNotFoundError"
_FIXES = {
    "AccessDenied": _RIGHTS,
    "ExpiredToken": "renew the credentials",
    "InvalidAccessKeyId": "give credentials of this store",
    "InvalidRequest": "make the bucket with object lock",
    "NoCredentialsError": "give credentials where the AWS SDK looks for them",
    "NoSuchBucket": "make the bucket, with object lock, or name another",
    _NO_LOCK: "make the bucket with object lock",
    "PartialCredentialsError": "give credentials where the AWS SDK looks for them",
    "SignatureDoesNotMatch": "give credentials of this store",
}
_FIX = "check the name of the bucket, its region, its endpoint and the way there, and try again"


class S3Client(Protocol):
    """What is used of boto3's S3 client, which may be called from several threads."""

    def get_object(self, **request: Any) -> dict[str, Any]:
        """Read one version of an object."""
        ...

    def get_object_lock_configuration(self, **request: Any) -> dict[str, Any]:
        """Tell whether versions can be locked."""
        ...

    def list_object_versions(self, **request: Any) -> dict[str, Any]:
        """List versions by key, the newest of a key first, also of objects that seem deleted."""
        ...

    def list_objects_v2(self, **request: Any) -> dict[str, Any]:
        """List the keys of objects that do not seem deleted."""
        ...

    def put_object(self, **request: Any) -> dict[str, Any]:
        """Write a version of an object."""
        ...


def _now() -> datetime:
    return datetime.now(UTC)


class S3Sink:
    """Keeps each checkpoint as an object, locked in compliance mode until its retention ends.

    A locked version can still be hidden, by a delete marker or a newer version. So what counts is
    the first version of each key, whether it is hidden or not.
    """

    def __init__(
        self,
        client: S3Client,
        bucket: str,
        *,
        retention_days: int,
        clock: Callable[[], datetime] = _now,
    ) -> None:
        """Take a bucket with object lock, and for how long a checkpoint may not be deleted.

        Raises:
            ValueError: if `retention_days` is below 1.
        """
        if retention_days < 1:
            msg = f"retention_days is {retention_days}; it must be at least 1"
            raise ValueError(msg)
        self._client = client
        self._bucket = bucket
        self._retention = timedelta(days=retention_days)
        self._clock = clock
        self._locks = False
        self._seen: dict[str, int] = {}

    @classmethod
    def connect(
        cls,
        bucket: str,
        *,
        retention_days: int,
        region: str | None = None,
        endpoint: str | None = None,
    ) -> Self:
        """Make the client, with credentials from where the AWS SDK looks for them.

        Raises:
            ValueError: if `retention_days` is below 1.
            AuditUnavailable: if there is no region, or the endpoint is no URL.
        """
        config = Config(
            connect_timeout=_TIMEOUT_SECONDS,
            read_timeout=_TIMEOUT_SECONDS,
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
        )
        try:
            client = boto3.client("s3", region_name=region, endpoint_url=endpoint, config=config)
        except (BotoCoreError, ValueError):
            client = None  # The SDK's message may quote the endpoint, which may hold a password.
        if client is None:
            msg = "the S3 client cannot be made; give a region, and an endpoint that is a URL"
            raise AuditUnavailable(msg)
        return cls(client, bucket, retention_days=retention_days)

    def newest(self, origin: str) -> str | None:
        """Return the note of the largest size; see `CheckpointSink`."""
        folder = origin_folder(origin)
        seen = self._seen.get(folder)
        visible = self._last_visible(folder) if seen is None else seen
        size = self._last(folder, visible)
        if size is None:
            return None
        self._seen[folder] = size
        key = checkpoint_key(folder, size)
        data = self._first(key)
        if data is None:
            msg = f"the checkpoint {key} vanished from the bucket {self._bucket}; find out how"
            raise AuditUnavailable(msg)
        return note_text(data, key)

    def publish(self, origin: str, size: int, note: str) -> None:
        """Write an object that cannot be changed; see `CheckpointSink`."""
        key, data = checkpoint_key(origin, size), note.encode()
        self._check_lock()
        first = self._first(key)
        if first is None:
            self._put(key, data)
            first = self._first(key)
        if first != data:
            raise CheckpointConflict(key)

    def _put(self, key: str, data: bytes) -> None:
        """Write a locked object, unless another process was faster."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=data,
                ContentType="text/plain; charset=utf-8",
                IfNoneMatch="*",
                ObjectLockMode="COMPLIANCE",
                ObjectLockRetainUntilDate=self._clock() + self._retention,
            )
        except (BotoCoreError, ClientError) as error:
            code = _code(error)
        else:
            return
        if code != "PreconditionFailed":
            raise self._unavailable(code)

    def _check_lock(self) -> None:
        """Refuse a bucket without object lock, since a store may ignore what it does not know."""
        if self._locks:
            return
        answer = self._ask(self._client.get_object_lock_configuration)
        if answer.get("ObjectLockConfiguration", {}).get("ObjectLockEnabled") != "Enabled":
            raise self._unavailable(_NO_LOCK)
        self._locks = True

    def _first(self, key: str) -> bytes | None:
        """Return the first version of an object, or None if there is none."""
        versions = [one["VersionId"] for one in self._versions(key) if one["Key"] == key]
        if not versions:
            return None
        request = {"Bucket": self._bucket, "Key": key, "VersionId": versions[-1]}
        try:
            body = self._client.get_object(**request)["Body"]
            with body:
                data: bytes = body.read(MAX_NOTE_BYTES + 1)
        except (BotoCoreError, ClientError) as error:
            code = _code(error)
        else:
            return data
        raise self._unavailable(code)

    def _last(self, folder: str, size: int | None) -> int | None:
        """Return the largest size of any version, given one that exists, if there is one."""
        after = None if size is None else checkpoint_key(folder, size)
        # Sizes have a leading zero, which no number of an incarnation has.
        for version in self._versions(f"{folder}/0", after):
            size = self._size(folder, version["Key"])
        return size

    def _last_visible(self, folder: str) -> int | None:
        """Return the largest size that is listed without versions, by bisection."""
        sizes, more = self._page(folder, -1)
        if not sizes:
            return None
        low, high = sizes[-1], MAX_SIZE
        while more and low < high:
            # Doubling first: sizes are far below the largest there may be.
            middle = min(2 * low + 1, (low + high) // 2)
            sizes, further = self._page(folder, middle)
            if sizes:
                low, more = sizes[-1], further
            else:
                high = middle
        return low

    def _page(self, folder: str, after: int) -> tuple[list[int], bool]:
        """Return the next sizes above one, and whether there are more."""
        start = f"{folder}/" if after < 0 else checkpoint_key(folder, after)
        answer = self._ask(self._client.list_objects_v2, Prefix=f"{folder}/0", StartAfter=start)
        sizes = [self._size(folder, one["Key"]) for one in answer.get("Contents", ())]
        return sizes, answer["IsTruncated"]

    def _size(self, folder: str, key: str) -> int:
        size = checkpoint_size(key)
        if size is None or key != checkpoint_key(folder, size):
            msg = f"the bucket {self._bucket} holds {key}, which is no checkpoint; remove it"
            raise AuditUnavailable(msg)
        return size

    def _versions(self, prefix: str, after: str | None = None) -> Iterator[dict[str, Any]]:
        """Yield the versions of objects in the order of keys, the newest of each first."""
        marker = {} if after is None else {"KeyMarker": after}
        while True:
            answer = self._ask(self._client.list_object_versions, Prefix=prefix, **marker)
            yield from answer.get("Versions", ())
            if not answer["IsTruncated"]:
                return
            marker = {"KeyMarker": answer["NextKeyMarker"]}
            if "NextVersionIdMarker" in answer:
                marker["VersionIdMarker"] = answer["NextVersionIdMarker"]

    def _ask(self, method: Callable[..., dict[str, Any]], **request: Any) -> dict[str, Any]:
        try:
            return method(Bucket=self._bucket, **request)
        except (BotoCoreError, ClientError) as error:
            code = _code(error)
        raise self._unavailable(code)

    def _unavailable(self, code: str) -> AuditUnavailable:
        fix = _FIXES.get(code, _FIX)
        return AuditUnavailable(
            f"the checkpoint bucket {self._bucket} cannot be used ({code}); {fix}"
        )


def _code(error: BotoCoreError | ClientError) -> str:
    """Return an error's code or type; its message may hold a URL or a key, and is left out."""
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__
