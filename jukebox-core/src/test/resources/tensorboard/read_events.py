"""Prints what an event file holds, one JSON object a line, as TensorBoard reads it where that is
installed, and by a parser of a few lines where not."""

import hashlib
import json
import os
import struct
import sys


def with_tensorboard(directory):
    from tensorboard.backend.event_processing import event_accumulator

    events = event_accumulator.EventAccumulator(
        directory,
        size_guidance={event_accumulator.TENSORS: 0, event_accumulator.SCALARS: 0,
                       event_accumulator.AUDIO: 0})
    events.Reload()
    values = []
    for tag in events.Tags()["scalars"]:
        values += [(tag, e.step, "scalar", e.value) for e in events.Scalars(tag)]
    for tag in events.Tags()["audio"]:
        for e in events.Audio(tag):
            assert e.content_type == "audio/wav"
            values.append((tag, e.step, "audio", sound(e.encoded_audio_string)))
    for tag in events.Tags()["tensors"]:
        plugin = events.SummaryMetadata(tag).plugin_data.plugin_name
        for e in events.Tensors(tag):
            value = e.tensor_proto
            if plugin == "text":
                assert value.dtype == 7 and [d.size for d in value.tensor_shape.dim] == [1]
                values.append((tag, e.step, "text", value.string_val[0].decode()))
            elif plugin == "scalars":
                values.append((tag, e.step, "scalar", struct.unpack("<f", value.tensor_content)[0]
                               if value.tensor_content else value.float_val[0]))
            elif plugin == "audio":
                values.append((tag, e.step, "audio", sound(value.string_val[0])))
    return values


def sound(wav):
    rate, channels = struct.unpack("<I", wav[24:28])[0], struct.unpack("<H", wav[22:24])[0]
    return [rate, channels, hashlib.sha256(wav).hexdigest()]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    crc ^= 0xFFFFFFFF
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at + 12 <= len(data):
        length, length_crc = struct.unpack_from("<QI", data, at)
        assert crc32c(data[at:at + 8]) == length_crc
        if at + 16 + length > len(data):
            return
        content = data[at + 12:at + 12 + length]
        assert crc32c(content) == struct.unpack_from("<I", data, at + 12 + length)[0]
        yield content
        at += 16 + length


def fields(data):
    def varint():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    at, found = 0, {}
    while at < len(data):
        key = varint()
        kind = key & 7
        if kind == 0:
            value = varint()
        else:
            length = {1: 8, 5: 4}.get(kind) or varint()
            value = data[at:at + length]
            at += length
        found[key >> 3] = value
    return found


def with_own_parser(directory):
    values = []
    for name in sorted(os.listdir(directory)):
        with open(os.path.join(directory, name), "rb") as file:
            for event in map(fields, records(file.read())):
                if 5 not in event:
                    continue
                value = fields(fields(event[5])[1])
                tag, step = value[1].decode(), event.get(2, 0)
                if 2 in value:
                    values.append((tag, step, "scalar", struct.unpack("<f", value[2])[0]))
                elif 6 in value:
                    values.append((tag, step, "audio", sound(fields(value[6])[4])))
                else:
                    assert fields(fields(value[9])[1])[1] == b"text"
                    values.append((tag, step, "text", fields(value[8])[8].decode()))
    return values


try:
    import tensorboard
    values = with_tensorboard(sys.argv[1])
    print("tensorboard", tensorboard.__version__)
except ImportError:
    values = with_own_parser(sys.argv[1])
    print("own parser")
for value in sorted(values, key=lambda v: v[:3]):
    print(json.dumps(value))
