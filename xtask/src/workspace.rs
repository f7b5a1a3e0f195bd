//! Where things are in the workspace, and how cargo is run in it.

use std::convert::Infallible;
use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use anyhow::{Context as _, bail, ensure};

/// Returns the workspace's folder.
pub(crate) fn root() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    manifest.parent().unwrap_or(manifest).to_owned()
}

/// Returns the folder that cargo builds into: this program runs out of it.
pub(crate) fn target() -> anyhow::Result<PathBuf> {
    let program = std::env::current_exe().context("find this program's file")?;
    let folder = program
        .ancestors()
        .nth(2)
        .context("this program does not run from cargo's target folder")?;
    Ok(folder.to_owned())
}

/// Returns a cargo that works in the workspace's folder.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(root());
    command
}

/// Runs a command to its end; its output goes where this program's goes.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = status(command)?;
    ensure!(status.success(), "`{}` ended with {status}", shown(command));
    Ok(())
}

/// Runs a command and returns what it wrote to standard output.
pub(crate) fn read(command: &mut Command) -> anyhow::Result<String> {
    let output = command.output().with_context(|| format!("start `{}`", shown(command)))?;
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` ended with {}: {}", shown(command), output.status, errors.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Builds the program as it is installed, and returns its path.
pub(crate) fn build_installed() -> anyhow::Result<PathBuf> {
    run(&mut cargo(&["build", "--profile", "dist", "--package", "signalbox"]))?;
    installed()
}

/// Returns where the program is that is built to be installed.
pub(crate) fn installed() -> anyhow::Result<PathBuf> {
    Ok(target()?.join("dist/signalbox"))
}

/// Builds the program optimized, crate by crate, and returns its path.
pub(crate) fn build_release() -> anyhow::Result<PathBuf> {
    run(&mut cargo(&["build", "--release", "--package", "signalbox"]))?;
    Ok(target()?.join("release/signalbox"))
}

/// Builds the program with a journal that does not sync, puts it at `copy`, and builds the one that does, whose path it
/// returns.
pub(crate) fn build_without_sync(copy: &Path) -> anyhow::Result<PathBuf> {
    let features = ["--features", "bench-without-sync"];
    run(cargo(&["build", "--release", "--package", "signalbox"]).args(features))?;
    let built = target()?.join("release/signalbox");
    fs::copy(&built, copy).with_context(|| format!("copy `{}`", built.display()))?;
    build_release()
}

/// Builds this program optimized, and returns its path: what sends and receives as fast as the hub must
/// not be what holds it up.
pub(crate) fn build_optimized() -> anyhow::Result<PathBuf> {
    run(&mut cargo(&["build", "--release", "--package", "xtask"]))?;
    Ok(target()?.join("release/xtask"))
}

/// Goes on as the optimized form of this program, with the same arguments; returns only where that fails.
pub(crate) fn run_optimized() -> anyhow::Result<Infallible> {
    eprintln!(
        "building xtask with `--release`, as the senders and simulated products are part of it"
    );
    let program = build_optimized()?;
    let error = Command::new(program).args(std::env::args_os().skip(1)).exec();
    Err(error).context("start the optimized xtask")
}

/// Returns whether a program is on the path.
pub(crate) fn has_program(name: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(name).is_file())
}

/// Returns a command as a person would type it.
pub(crate) fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}

fn status(command: &mut Command) -> anyhow::Result<ExitStatus> {
    command.status().with_context(|| format!("start `{}`", shown(command)))
}
