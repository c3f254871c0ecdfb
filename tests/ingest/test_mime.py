"""One e-mail: its headers, its text, its attachments; and what is refused."""

import base64

import pytest

from summarizer.errors import ErrorCode, TicketError
from summarizer.ingest.mime import Mail, decoded_words, read_mail
from summarizer.policy.sections import Limits

LIMITS = Limits()


def mail(body: bytes, headers: str = "") -> Mail:
    return read_mail(f"From: a@example.org\n{headers}\n".encode() + body, LIMITS)


def multipart(*parts: str, kind: str = "mixed", boundary: str = "b") -> Mail:
    body = "".join(f"--{boundary}\n{part}\n" for part in parts) + f"--{boundary}--\nafter"
    return mail(body.encode(), f"Content-Type: multipart/{kind}; boundary={boundary}\n")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain", "plain"),
        ("=?utf-8?Q?caf=C3=A9_bar?=", "café bar"),
        ("=?UTF-8?B?Y2Fmw6k=?=", "café"),
        ("=?iso-8859-1*fr?q?caf=E9?=", "café"),
        # Spaces between encoded words go; a character may be cut in two between them.
        ("=?utf-8?Q?caf=C3?= \n =?utf-8?Q?=A9?=", "café"),
        ("a =?utf-8?Q?b?= c =?utf-8?Q?d?=", "a b c d"),
        ("=?utf-8?Q?a?= =?iso-8859-1?Q?=E9?=", "aé"),
        ("=?no-such?Q?=80?=", "€"),
        ("=?utf-8?B?Y2Fm!!!w6k?=", "café"),
        ("=?utf-8?X?abc?=", "=?utf-8?X?abc?="),
        ("=?utf-8?Q?open", "=?utf-8?Q?open"),
    ],
)
def test_encoded_words_are_decoded(value: str, text: str) -> None:
    assert decoded_words(value) == text


@pytest.mark.parametrize(
    ("charset", "content", "text"),
    [
        ("utf-8", "€5 café".encode(), "€5 café"),
        ("iso-8859-1", b"caf\xe9", "café"),
        ("windows-1252", b"\x805", "€5"),
        ("koi8-r", "тест".encode("koi8-r"), "тест"),
        ("iso-2022-jp", "東京".encode("iso2022_jp"), "東京"),
        # Unknown, wrong, dangerous or no character set: UTF-8, else Windows-1252.
        ("x-unknown", "café".encode(), "café"),
        ("utf-8", b"caf\xe9", "café"),
        ("us-ascii", b"\x805", "€5"),
        ("unicode_escape", b"\\x41", "\\x41"),
        ("zlib", b"x\x9c", "xœ"),
        ("idna", b"xn--caf-dma", "xn--caf-dma"),
        ("../../etc", b"a", "a"),
        ("", b"a\x81b", "a\ufffdb"),
    ],
)
def test_a_body_is_read_in_its_character_set(charset: str, content: bytes, text: str) -> None:
    assert mail(content, f'Content-Type: text/plain; charset="{charset}"\n').body == text


@pytest.mark.parametrize(
    ("encoding", "content", "text"),
    [
        ("base64", base64.encodebytes(b"charged twice"), "charged twice"),
        ("BASE64", b"Y2hh\ncmdl ZA", "charged"),
        ("base64", b"Y2hhcmdlZAB", "charged\x00"),
        ("quoted-printable", b"charged=20=\ntwice", "charged twice"),
        ("7bit", b"charged", "charged"),
        ("binary", b"charged", "charged"),
    ],
)
def test_a_body_is_read_in_its_transfer_encoding(encoding: str, content: bytes, text: str) -> None:
    assert mail(content, f"Content-Transfer-Encoding: {encoding}\n").body == text


def test_a_plain_text_is_preferred_to_its_html() -> None:
    found = multipart(
        "\nA fee was charged.",
        "Content-Type: text/html\n\n<p>A fee was <b>charged</b>.</p>",
        kind="alternative",
    )
    assert found.body == "A fee was charged."


def test_html_is_read_where_the_plain_text_is_a_stub() -> None:
    html = "<p>A fee of 35 dollars was charged to my account without a reason.</p>"
    found = multipart(
        "\nThis mail needs HTML.", f"Content-Type: text/html\n\n{html}", kind="alternative"
    )
    assert found.body == html


def test_html_that_is_too_long_gives_way_to_its_plain_text() -> None:
    html = "<p>" + "very long " * 30_000 + "</p>"
    found = multipart("\nShort.", f"Content-Type: text/html\n\n{html}", kind="alternative")
    assert found.body == "Short."


def test_texts_that_follow_each_other_are_all_read() -> None:
    assert multipart("\nFirst.", "\nSecond.").body == "First.\n\nSecond."
    mixed = multipart("\n1 < 2\nnext", "Content-Type: text/html\n\n<p>Second.</p>")
    assert mixed.body == "<div>1 &lt; 2<br>next</div>\n<p>Second.</p>"


@pytest.mark.parametrize(
    ("headers", "name", "media_type"),
    [
        ("Content-Disposition: attachment", "attachment", "text/plain"),
        ('Content-Disposition: attachment; filename="a;b\\".txt"', 'a;b".txt', "text/plain"),
        ("Content-Type: image/png; name==?utf-8?Q?caf=C3=A9.png?=", "café.png", "image/png"),
        (
            "Content-Disposition: inline; filename*=utf-8''na%C3%AFf.pdf\nContent-Type: a/b",
            "naïf.pdf",
            "a/b",
        ),
        (
            "Content-Disposition: inline; filename*1=two.pdf; filename*0=one-\nContent-Type: a/b",
            "one-two.pdf",
            "a/b",
        ),
        (
            "Content-Disposition: attachment; filename=naif.txt; filename*=utf-8''na%C3%AFf.txt",
            "naïf.txt",
            "text/plain",
        ),
        ("Content-Type: message/rfc822", "attachment", "message/rfc822"),
        ("Content-Type: text/calendar", "attachment", "text/calendar"),
    ],
)
def test_what_is_attached_is_counted_and_never_read(
    headers: str, name: str, media_type: str
) -> None:
    found = multipart("\nSee the file.", f"{headers}\n\nSubject: secret words\n\nsecret words")

    assert found.body == "See the file."
    assert [(each["name"], each["media_type"]) for each in found.attachments] == [
        (name, media_type)
    ]
    assert "secret" not in repr(found.attachments)


def test_the_size_of_an_attachment_is_that_of_the_file() -> None:
    content = base64.encodebytes(b"x" * 57 * 1_000).decode()
    [attached] = multipart(
        f"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n{content}"
    ).attachments
    assert abs(attached["bytes"] - 57_000) < 1_000


def test_a_multipart_that_breaks_off_is_read_as_far_as_it_goes() -> None:
    found = mail(b"--b\n\nFirst.\n--b\n\nSecond", "Content-Type: multipart/mixed; boundary=b\n")
    assert found.body == "First.\n\nSecond"


def test_headers_are_unfolded_and_the_first_of_each_counts() -> None:
    found = read_mail(b"Subject: a\r\n\tb\r\nSUBJECT: c\r\nno header\r\n\r\nbody\r\n", LIMITS)
    assert found.headers == {"subject": "a\tb"}
    assert found.body == "body\n"


def nested(levels: int) -> bytes:
    head = "".join(
        f"Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
        for level in range(levels)
    )
    return f"From: a@example.org\n{head}\ninnermost".encode()


@pytest.mark.parametrize(
    ("data", "detail", "code"),
    [
        (nested(10), "the mail: parts lie within parts 10 levels deep", ErrorCode.INVALID_TICKET),
        (nested(50_000), "the mail: parts lie within parts", ErrorCode.INVALID_TICKET),
        (
            b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 100_000,
            "the mail: more than 200 parts; the policy allows 200",
            ErrorCode.TICKET_TOO_LARGE,
        ),
        (
            b"X: y\n" * 20_000,
            "the headers of the mail: more than 65,536 bytes",
            ErrorCode.TICKET_TOO_LARGE,
        ),
        (
            b"Content-Type: text/plain; " + b'a="' * 1_000 + b"\n\nx",
            "Content-Type: more than 2,000 characters",
            ErrorCode.TICKET_TOO_LARGE,
        ),
        (
            b"Content-Type: multipart/mixed\n\nx",
            "Content-Type: multipart without a boundary",
            ErrorCode.INVALID_TICKET,
        ),
        (
            b"Content-Transfer-Encoding: x-uuencode\n\nx",
            "Content-Transfer-Encoding: none of base64",
            ErrorCode.INVALID_TICKET,
        ),
    ],
)
def test_a_mail_that_is_made_to_hurt_is_refused(data: bytes, detail: str, code: ErrorCode) -> None:
    with pytest.raises(TicketError) as refusal:
        read_mail(data, LIMITS)

    assert refusal.value.detail.startswith(detail)
    assert refusal.value.code is code


def test_nine_levels_of_parts_are_read() -> None:
    assert read_mail(nested(9), LIMITS).body == "innermost"
