"""The process in which a stranger's photo is decoded: bounded memory and time, two JPEG files out.

Started as a script by ``common.pictures.scaling``; it imports nothing of the site. What it writes is new from the
pixels: no EXIF (place, device, thumbnail), no profile, no comment, nothing appended.
"""

import io
import resource
import sys

MEMORY_BYTES = 1024 * 1024 * 1024
CPU_SECONDS = 20
MAX_PIXELS = 120_000_000  # the largest sensors in telephones; a bomb declares more
SIDE, THUMB = 1800, 360  # px of the longer side: 156 mm of paper at 290 dots per inch; a line of a list
REFUSED = 3
WHITE = (255, 255, 255)


def main() -> int:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    try:
        photo, thumb = scale(sys.stdin.buffer.read())
    except Refused as refusal:
        sys.stdout.buffer.write(str(refusal).encode())
        return REFUSED
    sys.stdout.buffer.write(len(photo).to_bytes(4, "big") + photo + thumb)
    return 0


class Refused(Exception):
    """The photo is not taken; the message is a Chinese sentence."""


def scale(content: bytes) -> tuple[bytes, bytes]:
    """Return the photo and its thumbnail as JPEG, upright, in sRGB on white; the same bytes give the same bytes."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = None  # said here in Chinese, before a pixel is read
    image = Image.open(io.BytesIO(content), formats=("JPEG", "PNG"))
    if image.width * image.height > MAX_PIXELS:
        raise Refused(f"照片有 {image.width}×{image.height} 像素，过大，请缩小后上传。")
    if min(image.size) < 16 or max(image.size) > 30 * min(image.size):
        raise Refused(f"照片有 {image.width}×{image.height} 像素，过小或过于狭长，请换一张。")
    image.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded at a fraction of its size where that is enough
    image.load()
    image = ImageOps.exif_transpose(image)
    image = _on_white(_in_srgb(image))
    image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
    small = image.copy()
    small.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS)
    return _jpeg(image, 85), _jpeg(small, 80)


def _in_srgb(image):
    """The picture with the colours that its profile means; as it is where the profile cannot be read."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return image
    from PIL import ImageCms

    try:
        meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        mode = "RGBA" if image.mode == "RGBA" else "RGB"
        return ImageCms.profileToProfile(image, meant, ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _on_white(image):
    from PIL import Image

    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, WHITE)
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    if image.mode in ("I", "I;16", "F"):  # 16 bits of grey
        image = image.point(lambda value: value / 256).convert("L")
    return image.convert("RGB")


def _jpeg(image, quality: int) -> bytes:
    packed = io.BytesIO()
    clean = image.copy()
    clean.info = {}
    clean.save(packed, "JPEG", quality=quality, subsampling="4:2:0", optimize=True)
    return packed.getvalue()


if __name__ == "__main__":
    sys.exit(main())
