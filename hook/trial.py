# Run inside the environment that envguard looks at, with a framework's name: imports it, asks for its devices and computes
# something small. Prints a line of JSON after a marker as soon as there is something new, so that what was known before
# a crash is known. Must parse on every Python 3.
import importlib.util
import json
import sys

MARK = "envguard-trial:"


def say(facts, **more):
    facts.update(more)
    sys.stdout.write("\n" + MARK + json.dumps(facts) + "\n")
    sys.stdout.flush()


def try_torch(facts):
    import torch

    version = getattr(torch, "version", None)
    say(facts, imported=True, version=str(torch.__version__), file=torch.__file__, cuda=getattr(version, "cuda", None))
    say(facts, stage="devices", available=bool(torch.cuda.is_available()))
    devices = range(torch.cuda.device_count()) if facts["available"] else []
    say(facts, gpus=[[torch.cuda.get_device_name(i), list(torch.cuda.get_device_capability(i))] for i in devices])
    say(facts, stage="operation")
    for device in ["cpu"] + ["cuda:%d" % i for i in devices]:
        ones = torch.ones(8, device=device)
        check(float((ones + ones).sum()), 16)
    if importlib.util.find_spec("numpy"):
        check(float(torch.ones(8).numpy().sum()), 8)


def try_tensorflow(facts):
    import tensorflow

    build = tensorflow.sysconfig.get_build_info()
    say(facts, imported=True, version=tensorflow.__version__, file=tensorflow.__file__, cuda=build.get("cuda_version"))
    devices = tensorflow.config.list_physical_devices("GPU")
    say(facts, stage="devices", available=bool(devices))
    details = [tensorflow.config.experimental.get_device_details(device) for device in devices]
    say(facts, gpus=[[d.get("device_name"), list(d.get("compute_capability") or [])] for d in details])
    say(facts, stage="operation")
    ones = tensorflow.ones(8)
    check(float(tensorflow.reduce_sum(ones + ones)), 16)


def try_jax(facts):
    import jax

    say(facts, imported=True, version=None, file=jax.__file__, cuda=None)
    devices = [device for device in jax.devices() if device.platform in ("gpu", "cuda", "rocm")]
    say(facts, stage="devices", available=bool(devices))
    capabilities = [[int(n) for n in str(getattr(d, "compute_capability", "")).split(".") if n.isdigit()] for d in devices]
    say(facts, gpus=[[device.device_kind, capability] for device, capability in zip(devices, capabilities)])
    say(facts, stage="operation")
    ones = jax.numpy.ones(8)
    check(float((ones + ones).sum()), 16)


def try_cupy(facts):
    import cupy

    cuda = cupy.cuda.runtime.runtimeGetVersion()
    cuda = "%d.%d" % (cuda // 1000, cuda % 1000 // 10)
    say(facts, imported=True, version=cupy.__version__, file=cupy.__file__, cuda=cuda)
    say(facts, stage="devices", available=cupy.cuda.is_available())
    if facts["available"]:
        say(facts, stage="operation")
        ones = cupy.ones(8)
        check(float((ones + ones).sum()), 16)


def try_onnxruntime(facts):
    import onnxruntime

    say(facts, imported=True, version=onnxruntime.__version__, file=onnxruntime.__file__, cuda=None)
    say(facts, stage="devices", available="CUDAExecutionProvider" in onnxruntime.get_available_providers())


def try_paddle(facts):
    import paddle

    cuda = paddle.version.cuda()
    say(facts, imported=True, version=paddle.__version__, file=paddle.__file__, cuda=cuda if cuda != "False" else None)
    say(facts, stage="devices", available=paddle.is_compiled_with_cuda() and paddle.device.cuda.device_count() > 0)
    say(facts, stage="operation")
    ones = paddle.ones([8])
    check(float((ones + ones).sum()), 16)


def check(got, wanted):
    if got != wanted:
        raise ArithmeticError("1 + 1 eight times is %r, not %r" % (got, wanted))


def main():
    if sys.path and sys.path[0] == "":
        del sys.path[0]  # `-c` puts the working directory there
    module = sys.argv[1]
    facts = {"stage": "import", "imported": False, "done": False}
    try:
        globals()["try_" + module](facts)
    except BaseException as e:  # whatever a broken package raises, SystemExit included
        say(facts, error="%s: %s" % (type(e).__name__, e))
    else:
        say(facts, done=True)


main()
