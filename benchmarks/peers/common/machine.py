"""What a result has to say of the machine and the programs that it was measured on."""
import importlib.metadata
import pathlib
import platform


def processor():
    """Name of the processor as the system gives it, family and model, which tell generations of one name apart."""
    facts = {}
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        key, _, value = line.partition(":")
        facts.setdefault(key.strip(), value.strip())
    if "model name" not in facts:
        return platform.processor()
    return f"{facts['model name']} (family {facts.get('cpu family', '?')}, model {facts.get('model', '?')})"


def memory_value(path, key):
    """Bytes behind `key` in a file of /proc that counts in kB."""
    for line in pathlib.Path(path).read_text().splitlines():
        if line.startswith(key + ":"):
            return int(line.split()[1]) * 1024
    raise SystemExit(f"{path}: expected a line {key}, found none")


def available_memory():
    """Bytes that programs may still take without swapping."""
    return memory_value("/proc/meminfo", "MemAvailable")


def total_memory():
    return memory_value("/proc/meminfo", "MemTotal")


def peak_memory():
    """Most bytes that this process has held so far."""
    return memory_value("/proc/self/status", "VmHWM")


def name_of(label, package):
    """`label` with the version of the Python package behind it: "SciPy 1.17.1"."""
    return f"{label} {importlib.metadata.version(package)}"
