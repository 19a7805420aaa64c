import ArgumentParser
import Program
import TraceAssembly

/// `traceview prices`: the price list, to be edited.
struct PricesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prices", abstract: "Prints the built-in price list, as a file to edit.",
        discussion: "Save it as ~/.config/traceview/prices, or give it with --prices.")

    func run() {
        Standard.output(Array(PriceList.builtInText.utf8))
    }
}
