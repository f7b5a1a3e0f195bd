//! What a process has used, as the kernel tells it.

use std::fs;

use anyhow::Context as _;

/// Returns the processor time of a process, user and system, in seconds.
pub(super) fn cpu_seconds(id: u32) -> anyhow::Result<f64> {
    let path = format!("/proc/{id}/stat");
    let text = fs::read_to_string(&path).with_context(|| format!("read `{path}`"))?;
    let ticks = ticks(&text).with_context(|| format!("understand `{path}`"))?;
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// Returns a line of `/proc/PID/status` that is in KiB, such as `VmHWM`, in MiB.
pub(super) fn memory_mib(id: u32, name: &str) -> anyhow::Result<f64> {
    let path = format!("/proc/{id}/status");
    let text = fs::read_to_string(&path).with_context(|| format!("read `{path}`"))?;
    let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<f64>().ok());
    Ok(kib.with_context(|| format!("find `{name}` in `{path}`"))? / 1024.0)
}

/// The name stands in parentheses and may have any character.
fn ticks(stat: &str) -> Option<u64> {
    let (_, fields) = stat.rsplit_once(')')?;
    let mut fields = fields.split_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_spaces_and_parentheses_moves_no_field() {
        let stat = "7 (a (b) c) S 1 7 7 0 -1 4194560 100 0 0 0 31 11 0 0 20 0 1 0 5 0 0";

        assert_eq!(ticks(stat), Some(42));
    }
}
