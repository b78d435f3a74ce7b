"""Which system calls a decoder may not make, as a seccomp filter for x86-64 and aarch64.

A list of what is refused, rather than of what is allowed: a decoder with threads, a C library and Python use some
ninety calls that differ from one C library to the next, and a call that is missing from a list of allowed ones stops
every video of a city on the day of an update. To keep the list honest, every call newer than
the list is answered "does not exist".
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct

# Numbers per machine: (x86-64, aarch64); None where the machine has no such call.
DENIED: dict[str, tuple[int | None, int | None]] = {
    # network
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "sendto": (44, 206),
    "recvfrom": (45, 207),
    "sendmsg": (46, 211),
    "recvmsg": (47, 212),
    "sendmmsg": (307, 269),
    "recvmmsg": (299, 243),
    "shutdown": (48, 210),
    "getsockopt": (55, 209),
    "setsockopt": (54, 208),
    "getsockname": (51, 204),
    "getpeername": (52, 205),
    # processes
    "fork": (57, None),
    "vfork": (58, None),
    "execveat": (322, 281),
    "kill": (62, 129),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "ptrace": (101, 117),
    "kcmp": (312, 272),
    "setpriority": (141, 140),
    "sched_setscheduler": (144, 119),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "ioprio_set": (251, 30),
    "setrlimit": (160, 164),
    "move_pages": (279, 239),
    "migrate_pages": (256, 238),
    # identity
    "setuid": (105, 146),
    "setgid": (106, 144),
    "setreuid": (113, 145),
    "setregid": (114, 143),
    "setresuid": (117, 147),
    "setresgid": (119, 149),
    "setgroups": (116, 159),
    "setfsuid": (122, 151),
    "setfsgid": (123, 152),
    "capset": (126, 91),
    "personality": (135, 92),
    # files that Landlock does not guard
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "utime": (132, None),
    "utimes": (235, None),
    "utimensat": (280, 88),
    "futimesat": (261, None),
    "truncate": (76, 45),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "name_to_handle_at": (303, 264),
    "open_by_handle_at": (304, 265),
    "inotify_init": (253, None),
    "inotify_init1": (294, 26),
    "fanotify_init": (300, 262),
    "fanotify_mark": (301, 263),
    # memory as a program
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    # message queues and shared memory
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "mq_timedsend": (242, 182),
    "mq_timedreceive": (243, 183),
    "mq_notify": (244, 184),
    "mq_getsetattr": (245, 185),
    "msgget": (68, 186),
    "msgsnd": (69, 189),
    "msgrcv": (70, 188),
    "msgctl": (71, 187),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "semctl": (66, 191),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmdt": (67, 197),
    # the machine
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "setns": (308, 268),
    "unshare": (272, 97),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fspick": (433, 433),
    "mount_setattr": (442, 442),
    "swapon": (167, 224),
    "swapoff": (168, 225),
    "reboot": (169, 142),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "acct": (163, 89),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "sethostname": (170, 161),
    "setdomainname": (171, 162),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "clock_adjtime": (305, 266),
    "adjtimex": (159, 171),
    "syslog": (103, 116),
    "vhangup": (153, 58),
    "ioperm": (173, None),
    "iopl": (172, None),
    "nfsservctl": (180, 42),
    "lookup_dcookie": (212, 18),
    # widely attacked parts of the kernel
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_setup": (206, 0),
    "io_submit": (209, 2),
    "io_destroy": (207, 1),
    "io_cancel": (210, 3),
    "io_getevents": (208, 4),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "seccomp": (317, 277),
    "landlock_create_ruleset": (444, 444),
    "landlock_add_rule": (445, 445),
    "landlock_restrict_self": (446, 446),
    "modify_ldt": (154, None),
    "uselib": (134, None),
    "remap_file_pages": (216, 234),
    "vmsplice": (278, 75),
}

# Calls that are refused or allowed by what they ask for.
CLONE, CLONE3, TGKILL, PRCTL, PRLIMIT64, EXECVE = (56, 220), (435, 435), (234, 131), (157, 167), (302, 261), (59, 221)

NEWEST_KNOWN = 456  # futex_requeue, Linux 6.7
X32_BIT = 0x40000000

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "arm64": (1, 0xC00000B7)}

# struct seccomp_data: nr, arch, instruction pointer, six 64-bit arguments; little-endian on both machines.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_LOAD, _IF_EQUAL, _IF_GREATER, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x25, 0x35, 0x45, 0x06
_ALLOW, _KILL = 0x7FFF0000, 0x80000000
_CLONE_THREAD = 0x00010000
# prctl: name a thread or a mapping, read its name; nothing that loosens the confinement.
_PRCTL_ALLOWED = (15, 16, 0x53564D41)


def _fail(number: int) -> int:
    return 0x00050000 | number


def machine() -> tuple[int, int] | None:
    """Column in the tables and audit architecture of this machine; None where the filter cannot be built."""
    if ctypes.sizeof(ctypes.c_void_p) != 8:
        return None
    return _MACHINES.get(platform.machine())


def build_filter(*, pid: int, may_exec: bool) -> bytes:
    """The filter's program (array of `struct sock_filter`) for the process `pid`.

    `may_exec` leaves one `execve` to the launcher; which file it may start, Landlock decides. Raises `OSError` on a
    machine whose numbers are not known.
    """
    here = machine()
    if here is None:
        raise OSError(errno.ENOSYS, "system call numbers of this machine are not known")
    column, architecture = here
    program: list[tuple[int, int, int, int]] = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, X32_BIT),
        (_RETURN, 0, 0, _fail(errno.ENOSYS)),
        (_IF_GREATER, 0, 1, NEWEST_KNOWN),
        (_RETURN, 0, 0, _fail(errno.ENOSYS)),
    ]

    def answer(number: int | None, result: int) -> None:
        if number is not None:
            program.extend([(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, result)])

    def rule(number: int, body: list[tuple[int, int, int, int]]) -> None:
        program.extend([(_IF_EQUAL, 0, len(body), number), *body])

    refused = _fail(errno.EPERM)
    # Threads, yes; processes, no. clone3 hides its flags behind a pointer, so the C library is sent back to clone.
    answer(CLONE3[column], _fail(errno.ENOSYS))
    rule(
        CLONE[column],
        [
            (_LOAD, 0, 0, _ARGUMENTS),
            (_IF_ANY_BIT, 1, 0, _CLONE_THREAD),
            (_RETURN, 0, 0, refused),
            (_RETURN, 0, 0, _ALLOW),
        ],
    )
    # abort() signals its own process; nobody else's.
    rule(
        TGKILL[column],
        [(_LOAD, 0, 0, _ARGUMENTS), (_IF_EQUAL, 1, 0, pid), (_RETURN, 0, 0, refused), (_RETURN, 0, 0, _ALLOW)],
    )
    body = [(_LOAD, 0, 0, _ARGUMENTS)]
    body += [(_IF_EQUAL, len(_PRCTL_ALLOWED) - at, 0, option) for at, option in enumerate(_PRCTL_ALLOWED)]
    rule(PRCTL[column], [*body, (_RETURN, 0, 0, refused), (_RETURN, 0, 0, _ALLOW)])
    # Limits may be read (third argument is a null pointer), not set.
    rule(
        PRLIMIT64[column],
        [
            (_LOAD, 0, 0, _ARGUMENTS + 16),
            (_IF_EQUAL, 0, 2, 0),
            (_LOAD, 0, 0, _ARGUMENTS + 20),
            (_IF_EQUAL, 1, 0, 0),
            (_RETURN, 0, 0, refused),
            (_RETURN, 0, 0, _ALLOW),
        ],
    )
    if not may_exec:
        answer(EXECVE[column], refused)
    for numbers in DENIED.values():
        answer(numbers[column], refused)
    program.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("<HBBI", *instruction) for instruction in program)
