"""Prints what torch.load makes of a file, as JSON: python3 read_back.py FILE [safe]."""
import inspect, json, sys
import torch

options = {}
if sys.argv[2:] == ["safe"]:
    if "weights_only" not in inspect.signature(torch.load).parameters:
        sys.exit("this PyTorch has no weights_only")
    options["weights_only"] = True
elif "weights_only" in inspect.signature(torch.load).parameters:
    options["weights_only"] = False


def described(value):
    kind = type(value).__name__
    if isinstance(value, torch.Tensor):
        flat = value.reshape(-1)
        numbers = flat.double().tolist() if value.dtype.is_floating_point else [int(i) for i in flat.tolist()]
        return {
            "kind": str(value.dtype),
            "shape": list(value.shape),
            "contiguous": value.is_contiguous(),
            "storage": value.storage().data_ptr(),
            "values": [str(number) for number in numbers],
        }
    if isinstance(value, dict):
        return {"kind": kind, "items": [[described(k), described(v)] for k, v in value.items()]}
    if isinstance(value, (list, tuple, set)):
        return {"kind": kind, "items": [described(item) for item in value]}
    return {"kind": kind, "value": repr(value)}


print(json.dumps(described(torch.load(sys.argv[1], **options))))
