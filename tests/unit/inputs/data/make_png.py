#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the .png files beside it: one 5 x 3 picture in the kinds that the reader must understand. Standard library only.

Pixel (x, y) is red 40x + 10y, green 255 - 40x, blue 60y (palette and RGB kinds); grey kinds use the red value.
"""
import os
import struct
import zlib

W, H = 5, 3
HERE = os.path.dirname(os.path.abspath(__file__))


def rgb(x, y):
    return (40 * x + 10 * y, 255 - 40 * x, 60 * y)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rows(pixel, xs, ys):
    return b"".join(b"\0" + b"".join(pixel(x, y) for x in xs) for y in ys if xs)


def png(name, depth, colour, pixel, extra=b"", interlaced=False, size=(W, H), cut=0):
    raw = b""
    if interlaced:
        for x0, y0, dx, dy in ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)):
            raw += rows(pixel, list(range(x0, W, dx)), list(range(y0, H, dy)))
    else:
        raw = rows(pixel, list(range(W)), list(range(H)))
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, int(interlaced))
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra + chunk(b"IDAT", zlib.compress(raw, 9)) + chunk(b"IEND", b"")
    with open(os.path.join(HERE, name), "wb") as file:
        file.write(data[: len(data) - cut])


png("rgb8.png", 8, 2, lambda x, y: bytes(rgb(x, y)))
png("rgb8_interlaced.png", 8, 2, lambda x, y: bytes(rgb(x, y)), interlaced=True)
png("rgba8.png", 8, 6, lambda x, y: bytes(rgb(x, y)) + bytes([(x + y) % 2 * 255]))
png("rgb16.png", 16, 2, lambda x, y: b"".join(struct.pack(">H", 257 * v) for v in rgb(x, y)))
png("grey8.png", 8, 0, lambda x, y: bytes([rgb(x, y)[0]]))
png("grey_alpha8.png", 8, 4, lambda x, y: bytes([rgb(x, y)[0], 128]))
table = b"".join(bytes(rgb(i % W, i // W)) for i in range(W * H))
png("palette.png", 8, 3, lambda x, y: bytes([y * W + x]), extra=chunk(b"PLTE", table))
png("cut.png", 8, 2, lambda x, y: bytes(rgb(x, y)), cut=40)
png("bomb.png", 8, 2, lambda x, y: bytes(rgb(x, y)), size=(60000, 60000))
