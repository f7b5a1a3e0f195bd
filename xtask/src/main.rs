//! The workspace's own commands: a file or folder per command.

mod bench;
mod check;
mod crash;
mod docs;
mod harness;
mod peers;
mod steps;
mod test;
mod tidy;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// What is done to this workspace besides building it.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Measure what the real program costs, against a yardstick and the disk of the same minute.
    Bench(bench::BenchArgs),
    /// Check format, lints, tests, generated documentation and the rules of the house.
    Check,
    /// Kill the real program again and again while it works, and audit that nothing is lost.
    Crash(crash::CrashArgs),
    /// Write the generated documentation: severities, configuration, JSON Schema.
    Docs {
        /// Write nothing; fail where something is stale.
        #[arg(long)]
        check: bool,
    },
    /// Run everything, with the real programs that the hub talks to.
    Test(test::TestArgs),
    /// Check the rules of the house alone.
    Tidy,
    /// The process that `bench` compares the hub with.
    #[command(hide = true)]
    Yardstick(bench::YardstickArgs),
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().command {
        Command::Bench(args) => bench::run(&args),
        Command::Check => check::check(),
        Command::Crash(args) => crash::run(&args),
        Command::Docs { check } => docs::generate(docs::Mode::of(check)).map(|()| true),
        Command::Test(args) => test::run_all(&args),
        Command::Tidy => tidy::tidy().map(|()| true),
        Command::Yardstick(args) => bench::run_yardstick(&args).map(|()| true),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
