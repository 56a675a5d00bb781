#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""screenshots.py BUILD FOLDER: a picture of every workspace of the dashboard, to look at with one's own eyes:
1280x800 and 2560x1440, light and dark, of an empty, a small, a large and a many-host database, and the three of four
pictures that gui/pictures keeps for README.md (README-*.png; there with 96 colours, by Pillow: quantize(96, method=2),
which keeps the accent; profile.png is of a program that was built with -g and profiled twice).
Takes a minute or two."""

import itertools
import os
import subprocess
import sys

DATABASES = {  # runs, cases, samples, launches, hosts
    "empty": None,
    "small": (40, 4, 400, 3, 1),
    "large": (400, 60, 40, 1, 1),
    "hosts": (60, 12, 400, 6, 3),
}
HARDWARE = ("speed", "price", "requirements", "caveats")  # tabs, from the hosts and prices made here
PARTS = ("", "flame", "loops", "topdown", "timeline", "reasons")  # of a profile, from a database that has them
VIEWS = ("triage", "compare", "distribution", "profile", "hardware")
README = {  # name: database, the rest of the link, theme
    "triage": ("small", "view=triage", "light"),
    "distribution": ("small", "view=distribution", "dark"),
    "hardware": ("hosts", "view=hardware&weights=dataframe%3D1,llm%3D9,tinyml%3D1,vision%3D1", "light"),
}


def make(build, folder, name, numbers):
    path = os.path.join(folder, name + ".db")
    for end in ("", "-wal", "-shm", "-run"):
        if os.path.exists(path + end):
            os.remove(path + end)
    words = [str(number) for number in numbers or (0, 1)]
    subprocess.run([os.path.join(build, "tests", "gui_database"), path, *words], check=True)


def take(build, folder, picture, link, size, theme):
    words = ["--screenshot", picture, "--link", link, "--size", size, "--theme", theme]
    done = subprocess.run([os.path.join(build, "bin", "assay-gui"), *words], cwd=folder, stderr=subprocess.PIPE)
    if done.returncode != 0:
        sys.exit(f"{link}: assay-gui ended with {done.returncode}: {done.stderr.decode(errors='replace')}")


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    build, folder = (os.path.abspath(word) for word in sys.argv[1:])
    os.makedirs(folder, exist_ok=True)
    for name, numbers in DATABASES.items():
        make(build, folder, name, numbers)
    count = 0
    for name, view, size, theme in itertools.product(
        DATABASES, VIEWS, ("1280x800", "2560x1440"), ("light", "dark")
    ):
        take(build, folder, f"{name}-{view}-{size}-{theme}.png", f"assay:{name}.db?view={view}", size, theme)
        count += 1
    make(build, folder, "profile", ("profile",))
    case = "llm.gemv%2Fsimd%3Frows%3D1024@cpu"
    for part, size, theme in itertools.product(PARTS, ("1280x800", "2560x1440"), ("light", "dark")):
        link = f"assay:profile.db?view=profile&part={part}&case={case}"
        take(build, folder, f"profile-{part or 'metrics'}-{size}-{theme}.png", link, size, theme)
        count += 1
    gpu = "assay:profile.db?view=profile&case=llm.gemv%2Fcuda@cuda:0"
    for run, part, theme in itertools.product(("5", "6"), ("", "timeline"), ("light", "dark")):
        picture = f"gpu-{'limits' if run == '5' else 'none'}-{part or 'metrics'}-1280x800-{theme}.png"
        take(build, folder, picture, f"{gpu}&part={part}&new=11112222-0000-4000-8000-00000000000{run}", "1280x800", theme)
        count += 1
    prices = os.path.join(folder, "prices.toml")
    with open(prices, "w", encoding="utf-8") as file:
        for host, amount in (("cloud-a", 0.4), ("cloud-b", 0.5), ("cloud-c", 0.6)):
            file.write(f'[[price]]\nhost = "{host}"\namount = {amount}\ncurrency = "EUR"\nper = "hour"\n')
            file.write('date = 2026-11-20\nsource = "made up"\n')
    for part, theme in itertools.product(HARDWARE, ("light", "dark")):
        link = f"assay:hosts.db?view=hardware&part={part}&prices=prices.toml"
        take(build, folder, f"hosts-hardware-{part}-1280x800-{theme}.png", link, "1280x800", theme)
        count += 1
    for name, (database, rest, theme) in README.items():
        take(build, folder, f"README-{name}.png", f"assay:{database}.db?{rest}", "1280x800", theme)
        count += 1
    print(f"{count} pictures in {folder}")


if __name__ == "__main__":
    main()
