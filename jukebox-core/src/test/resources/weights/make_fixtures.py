"""Writes the files that PyTorchFileTest reads, into the directory given, and what they hold."""
import argparse, collections, json, sys
import numpy as np
import torch

out = sys.argv[1]
base = torch.arange(24, dtype=torch.float32).reshape(2, 3, 4)
tiny = torch.tensor([0.0, -0.0, 1.5, -2.0, 6e-8, 65504.0, float("inf"), float("-inf"), float("nan")])
ints = torch.tensor([-128, -1, 0, 1, 127])
tensors = collections.OrderedDict(
    base=base,
    transposed=base.permute(2, 0, 1),
    sliced=base[:, 1:, ::2],
    row=base[1],
    column=base[:, 1, 2],
    expanded=torch.tensor([7.0]).expand(3, 2),
    one_row=base[:1, :, 1:2],
    scalar=torch.tensor(3.5),
    empty=torch.zeros(0, 4),
    empty_view=base[2:],
    parameter=torch.nn.Parameter(torch.tensor([[1.0, 2.0]])),
    single=tiny,
    half=tiny.half(),
    bfloat=tiny.bfloat16(),
    half_transposed=base.half().permute(1, 2, 0),
    double=torch.tensor([0.1, 1e300, -1e-320], dtype=torch.float64),
    int64=torch.tensor([-(2**63), -1, 2**63 - 1]),
    int32=ints.int() * 2**24,
    int16=ints.short() * 256,
    int8=ints.char(),
    uint8=torch.tensor([0, 1, 255], dtype=torch.uint8),
    bool=torch.tensor([[True, False], [False, True]]),
)
values = {
    "none": None,
    "flags": [True, False],
    "ints": [0, 255, 256, 65535, 65536, -1, 2**31, -(2**63), 2**63 - 1],
    "big": 2**70,
    "real": 0.1,
    "text": "caf\u00e9 \u266b\n",
    "long_text": "x" * 300,
    "tuple": (1, (2, 3), ()),
    "list": [1, [2], []],
    "set": {3},
    "bytes": b"\x00\xff",
    "int_keys": {0: "a", 7: "b"},
    "size": torch.Size([1, 2]),
    "np_float": np.float64(2.5),
    "np_int": np.int32(-7),
    "namespace": argparse.Namespace(width=3),
}
values["again"] = values["list"]
root = {"tensors": tensors, "values": values}
wrapped = {
    "hps": {"levels": 3, "name": "wrapped"},
    "model": collections.OrderedDict([("module.a", base[0]), ("module.b.weight", base[1].half())]),
    "opt": {"state": {0: {"exp_avg": base[0] * 2, "step": 5}}, "param_groups": [{"lr": 0.25, "params": [0]}]},
    "step": 77,
}
for name, value in {"mixed": root, "wrapped": wrapped}.items():
    torch.save(value, f"{out}/{name}.legacy.pt", _use_new_zipfile_serialization=False)
    torch.save(value, f"{out}/{name}.zip.pt")


def described(tensor):
    flat = tensor.detach().contiguous().reshape(-1)
    numbers = flat.double().tolist() if tensor.dtype.is_floating_point else [int(i) for i in flat.tolist()]
    return {
        "type": str(tensor.dtype).split(".")[1],
        "shape": list(tensor.shape),
        "values": [str(number) for number in numbers],
    }


with open(f"{out}/expected.json", "w") as file:
    json.dump({name: described(tensor) for name, tensor in tensors.items()}, file, indent=1)
