# SPDX-License-Identifier: Apache-2.0
"""Reads profile.proto by its documented fields (github.com/google/pprof/blob/main/proto/profile.proto), for tests."""
import gzip


def varint(data, at):
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def fields(data):
    """{field number: [an int, or bytes]} of one message."""
    known, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            value, at = varint(data, at)
        elif key & 7 == 2:
            length, at = varint(data, at)
            value, at = data[at:at + length], at + length
            assert len(value) == length, "a message ends early"
        else:
            raise AssertionError(f"profile.proto has no field of wire type {key & 7}")
        known.setdefault(key >> 3, []).append(value)
    return known


def numbers(values):
    """A repeated number, packed or not."""
    for value in values:
        at = 0
        if isinstance(value, int):
            yield value
        else:
            while at < len(value):
                number, at = varint(value, at)
                yield number


def read(packed):
    """(types, samples): samples as dicts of value, labels, address, line, function, file, object."""
    profile = fields(gzip.decompress(packed))
    strings = [text.decode() for text in profile[6]]
    assert strings[0] == "", "string_table[0] must be empty"
    by_id = {number: {message[1][0]: message for message in map(fields, profile[number])} for number in (3, 4, 5)}
    assert all(0 not in messages for messages in by_id.values()), "ids are not zero"
    types = [(strings[t[1][0]], strings[t[2][0]]) for t in map(fields, profile[1])]
    samples = []
    for sample in map(fields, profile[2]):
        location = by_id[4][list(numbers(sample[1]))[0]]
        line = fields(location[4][0])
        function = by_id[5][line[1][0]]
        mapping = by_id[3][location[2][0]]
        assert location[3][0] < mapping[3][0], "an address outside of its mapping"
        samples.append({"value": list(numbers(sample[2])), "address": location[3][0], "line": line.get(2, [0])[0],
                        "function": strings[function[2][0]], "file": strings[function[4][0]],
                        "object": strings[mapping[5][0]],
                        "labels": {strings[label[1][0]]: strings[label[2][0]] for label in map(fields, sample[3])}})
    return types, samples
