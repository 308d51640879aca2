// Ties child processes and temporary folders to this process: whatever way it
// ends, even by SIGKILL, they go too. A tiny shell waits on a pipe that only
// this process holds; the kernel closes it when this process is gone.

import { spawn } from "node:child_process";

/** Ends the watch: the child is gone, or the folder removed, in the ordinary way. */
export type Release = () => void;

/**
 * Ends the process `pid` when this one ends. Release once the child is gone, so
 * that a later process with the same pid is not hit.
 */
export function endWithUs(pid: number, signal: "KILL" | "QUIT" | "TERM" = "KILL"): Release {
  return whenWeAreGone(`kill -s ${signal} "$1"`, String(pid));
}

/** Removes `folder` when this process ends, over ten seconds if something still writes there. */
export function removeWithUs(folder: string): Release {
  return whenWeAreGone(
    `left=100
     while ! rm -rf -- "$1" && [ "$left" -gt 0 ]; do sleep 0.1; left=$((left - 1)); done`,
    folder,
  );
}

function whenWeAreGone(command: string, subject: string): Release {
  const script = `while read -r _; do :; done\n${command}`;
  const guard = spawn("/bin/sh", ["-c", script, "guard", subject], {
    stdio: ["pipe", "ignore", "ignore"],
    // In a group of its own, or Ctrl-C would end the guard before its work.
    detached: true,
  });
  guard.unref();
  return () => {
    guard.kill("SIGKILL");
  };
}
