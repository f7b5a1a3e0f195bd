//! `cargo xtask bench`: what the real program costs, in ratios that hold on any machine.
//!
//! Processor time is told per event and against a yardstick that runs in the same minute: the same
//! work with everything left out that makes a product. Rates of a shared machine move by a quarter
//! from one run to the next; such ratios hardly do. What is compared is measured in turn, and the
//! middle of five counts.

mod cases;
mod certificate;
mod disk;
mod http;
mod lines;
mod machine;
mod process;
mod report;
mod requester;
mod sample;
mod sender;
mod settings;
mod sink;
mod stand;
mod tickets;
mod turns;
mod yardstick;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Args, ValueEnum};

use crate::workspace;
use cases::Case;
use stand::Stand;

pub(crate) use yardstick::{YardstickArgs, run as run_yardstick};

/// Arguments of `bench`.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// Only these cases, such as `p1,p3`; default all.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Case>,
    /// Three rounds of less: a look, no figures to publish.
    #[arg(long)]
    quick: bool,
    /// The program to measure; default the workspace's own of `--profile dist`, which is built where it
    /// is missing.
    #[arg(long)]
    binary: Option<PathBuf>,
    /// Where data is written, on a disk; default in cargo's target folder.
    #[arg(long)]
    folder: Option<PathBuf>,
    /// How the result is written; with JSON as the last line.
    #[arg(long, value_enum, default_value_t)]
    output: Output,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum Output {
    /// To be read.
    #[default]
    Text,
    /// One flat object of numbers below the table.
    Json,
}

/// Runs the command; returns whether every case was measured.
pub(crate) fn run(args: &BenchArgs) -> anyhow::Result<bool> {
    if cfg!(debug_assertions) {
        match workspace::run_optimized()? {}
    }
    let program = program(args.binary.as_deref())?;
    let folder = match &args.folder {
        Some(folder) => folder.join("signalbox-bench"),
        None => workspace::target()?.join("bench"),
    };
    fs::create_dir_all(&folder).with_context(|| format!("make `{}`", folder.display()))?;
    machine::tell(&program, &folder)?;
    // The first thing, as in the program: nothing else may pick another TLS provider.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outcome = runtime.block_on(measure(args, program, folder.clone()));
    fs::remove_dir_all(&folder).with_context(|| format!("remove `{}`", folder.display()))?;
    outcome
}

async fn measure(args: &BenchArgs, program: PathBuf, folder: PathBuf) -> anyhow::Result<bool> {
    let mut is_whole = true;
    let mut stand = Stand::new(program, folder, args.quick);
    let mut wanted: Vec<Case> =
        Case::ALL.into_iter().filter(|case| is_wanted(args, *case)).collect();
    if wanted.contains(&Case::P4) {
        wanted.retain(|case| *case != Case::P5);
    }
    for case in wanted {
        eprintln!("measuring {case:?}");
        // What is measured by then is told, whatever happens to one case.
        if let Err(error) = case.run(&mut stand).await {
            eprintln!("{case:?} was not measured: {error:#}");
            is_whole = false;
        }
    }
    stand.report.tell();
    if args.output == Output::Json {
        println!("{}", stand.report.line());
    }
    Ok(is_whole)
}

fn is_wanted(args: &BenchArgs, case: Case) -> bool {
    args.only.is_empty() || args.only.contains(&case)
}

fn program(binary: Option<&Path>) -> anyhow::Result<PathBuf> {
    let built = workspace::installed()?;
    match binary {
        Some(program) => {
            program.canonicalize().with_context(|| format!("find `{}`", program.display()))
        }
        None if built.exists() => Ok(built),
        None => {
            eprintln!("`{}` is missing; building it with `--profile dist`", built.display());
            workspace::build_installed()
        }
    }
}
