"""What every comparison is told by run.sh."""
import argparse
import os
import pathlib


def parser_of(description):
    """cairn, programs, results, --smoke, --rounds, --threads."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cairn", type=pathlib.Path, help="the program of a release build")
    parser.add_argument("programs", type=pathlib.Path, help="folder of compiled programs")
    parser.add_argument("results", type=pathlib.Path, help="folder in which results are left")
    parser.add_argument("--smoke", action="store_true", help="tiny sizes: shows that all runs, not how fast")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    return parser


def parsed(parser, rounds):
    """The arguments; by default so many rounds, two with --smoke."""
    args = parser.parse_args()
    if args.rounds is None:
        args.rounds = 2 if args.smoke else rounds
    return args


def parse(description, rounds):
    """For comparisons that take nothing else."""
    return parsed(parser_of(description), rounds)
