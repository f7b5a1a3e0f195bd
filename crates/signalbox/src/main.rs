//! The `signalbox` program.

use std::process::ExitCode;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    use_small_pages();
    signalbox::cli::run()
}

/// A page of 2 MiB is resident whole as soon as one byte of it is used, and the allocator asks for such pages:
/// an idle hub had 36 MB with them and has 28 without, one under load 140 and 90.
#[cfg(target_os = "linux")]
fn use_small_pages() {
    // Where it is refused the hub is larger, and no worse.
    rustix::thread::disable_transparent_huge_pages(true).ok();
}

#[cfg(not(target_os = "linux"))]
fn use_small_pages() {}
