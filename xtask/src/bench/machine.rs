//! What a run was measured on; figures mean nothing without it.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;
use std::time::SystemTime;

use anyhow::Context as _;

use super::disk::{Disk, Probe};

/// Prints the machine, the disk, what its syncs take, and what is measured.
pub(super) fn tell(program: &Path, folder: &Path) -> anyhow::Result<()> {
    let disk = Disk::of(folder)?;
    let syncs = Probe::create(folder)?.measure(SYNCS)?;
    let cores = available_parallelism()?;
    let built = fs::metadata(program).and_then(|metadata| metadata.modified());
    let built = built.with_context(|| format!("find `{}`", program.display()))?;
    let age = SystemTime::now().duration_since(built).unwrap_or_default().as_secs() / 60;
    println!("program  {}, built {age} minutes ago", program.display());
    println!("machine  {cores} × {}, load {}", processor(), load());
    println!("disk     {} on {}, `{}`", disk.file_system, disk.device, folder.display());
    println!("sync     4 KiB overwritten and fdatasync: p50 {:?}, p99 {:?}", syncs.p50, syncs.p99);
    Ok(())
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = text.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or_else(|| std::env::consts::ARCH.to_owned(), |(_, name)| name.trim().to_owned())
}

/// Returns how many processes wanted to run in the last 1, 5 and 15 minutes.
fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

const SYNCS: usize = 2000;
