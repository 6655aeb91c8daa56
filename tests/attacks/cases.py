"""All attacks and faults, by kind."""

from __future__ import annotations

from attacks import (
    case_endings,
    case_files,
    case_forging,
    case_markup,
    case_network,
    case_output,
    case_proc,
    case_processes,
    case_reading,
    case_repairs,
    case_resources,
    case_shell,
    case_submissions,
    case_time,
    case_values,
)
from attacks.case import Case

KINDS = {
    "Files": case_files.CASES,
    "What the machine knows": case_proc.CASES,
    "Network and sockets": case_network.CASES,
    "Other processes and the kernel": case_processes.CASES,
    "Ends that are none": case_endings.CASES,
    "Memory, disk, descriptors": case_resources.CASES,
    "Time": case_time.CASES,
    "Output and the wire": case_output.CASES,
    "Forged marks": case_forging.CASES,
    "Hostile values": case_values.CASES,
    "Hidden tests": case_reading.CASES,
    "Modules and magics": case_shell.CASES,
    "What is handed in": case_submissions.CASES,
    "Cells and metadata": case_repairs.CASES,
    "Whoever looks at the results": case_markup.CASES,
}
CASES: list[Case] = [case for cases in KINDS.values() for case in cases]
