"""Photos are scaled down, upright and mute about their sender; what cannot be a photo is refused in a sentence."""

import io
import struct
import zlib

import pytest
from PIL import Image

from common.errors import UserError
from common.pictures import scaled_photo
from tests.photos import photo_file, picture


def opened(content):
    return Image.open(io.BytesIO(content))


def test_a_photo_is_scaled_down_with_a_thumbnail_and_the_same_bytes_twice():
    sent = picture(3000, 2000)
    kept = scaled_photo(photo_file(content=sent))
    assert opened(kept.photo).size == (1800, 1200) and opened(kept.thumb).size == (360, 240)
    assert kept == scaled_photo(photo_file(content=sent))


def test_a_small_photo_is_not_blown_up():
    assert opened(scaled_photo(photo_file(width=300, height=200)).photo).size == (300, 200)


def test_the_camera_held_upright_gives_an_upright_photo_without_the_place():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    kept = scaled_photo(photo_file(width=800, height=600, exif=exif, comment=b"secret words"))
    image = opened(kept.photo)
    assert image.size == (600, 800) and not image.getexif()
    assert b"SecretCamera" not in kept.photo and b"secret words" not in kept.photo
    top, middle = image.getpixel((300, 20)), image.getpixel((300, 700))
    assert top[0] < 20 and middle[0] > 100, "the dark band of the left side stands on top"


def test_what_is_see_through_stands_on_white():
    image = Image.new("RGBA", (100, 100), (10, 20, 30, 0))
    packed = io.BytesIO()
    image.save(packed, "PNG")
    kept = opened(scaled_photo(photo_file("a.png", packed.getvalue())).photo)
    assert kept.mode == "RGB" and min(kept.getpixel((50, 50))) > 250


@pytest.mark.parametrize("mode", ["L", "1", "P", "LA", "CMYK", "I;16"])
def test_every_kind_of_colour_is_taken(mode):
    packed = io.BytesIO()
    kind = "JPEG" if mode == "CMYK" else "PNG"
    Image.new(mode, (60, 50)).save(packed, kind)
    kept = scaled_photo(photo_file("a.jpg" if kind == "JPEG" else "a.png", packed.getvalue()))
    assert opened(kept.photo).mode == "RGB"


def bomb(width, height):
    """A PNG of some hundred bytes that declares so many pixels."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.jpg", b"\xff\xd8\xff" + bytes(30 * 1024 * 1024), "照片有 30 MB，超过 20 MB，请缩小后上传。"),
        ("a.png", bomb(50_000, 50_000), "照片有 50000×50000 像素，过大，请缩小后上传。"),
        ("a.png", bomb(8, 8), "照片有 8×8 像素，过小或过于狭长，请换一张。"),
        ("a.png", bomb(900, 900), "照片已损坏或过大，打不开，请换一张。"),
        ("a.jpg", picture()[:3000], "照片已损坏或过大，打不开，请换一张。"),
        ("a.jpg", b"\xff\xd8\xffnothing more", "照片已损坏或过大，打不开，请换一张。"),
        ("a.jpg", b"hello", "照片未上传：文件内容与扩展名 jpg 不符。"),
        ("a.png", picture(), "照片未上传：文件内容与扩展名 png 不符。"),
        ("a.jpg", b"", "照片未上传：文件是空的。"),
        ("a.gif", b"GIF89a", "照片只能是 jpg、png 文件。"),
        ("a.pdf", b"%PDF-1.7", "照片只能是 jpg、png 文件。"),
        ("a.jpg.exe", picture(), "照片只能是 jpg、png 文件。"),
    ],
)
def test_what_is_no_photo_is_refused_in_one_sentence(name, content, said):
    with pytest.raises(UserError) as refused:
        scaled_photo(photo_file(name, content))
    assert refused.value.message == said and refused.value.field == "photo"
