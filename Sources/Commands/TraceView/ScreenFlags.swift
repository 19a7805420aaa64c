import ArgumentParser
import Foundation
import OTLP
import Program
import TraceAssembly
import TraceView

/// How a screen is laid out: the flags that every command shares.
struct ScreenFlags: ParsableArguments {
    @Option(help: ArgumentHelp("Columns to use (default: those of the terminal, or 80).", valueName: "N"))
    var width: Int?

    @Option(help: "When to use colours.")
    var color = ColourChoice.auto

    @Flag(help: "Use ASCII characters only.")
    var ascii = false

    @Flag(help: "Print the same everywhere: no colours, no pager, no suggestions, 80 columns.")
    var plain = false

    @Option(help: ArgumentHelp("Time zone to show: UTC, local, or a name like Europe/Berlin.", valueName: "ZONE"))
    var tz = "local"

    @Flag(help: "Do not use a pager.")
    var noPager = false

    enum ColourChoice: String, ExpressibleByArgument, CaseIterable {
        case auto, always, never
    }

    func validate() throws {
        if let width, width < StoryScreen.widthMin {
            throw ValidationError("cannot lay out \(width) columns; --width must be at least \(StoryScreen.widthMin)")
        }
        guard TimeZoneName.clock(tz) != nil else {
            throw ValidationError(
                "cannot find the time zone \(VisibleText.visible(tz)); --tz must be UTC, local or a name like Europe/Berlin"
            )
        }
    }

    var style: Style {
        let hasColour =
            switch color {
            case .auto: !plain && Terminal.hasColour
            case .always: true
            case .never: false
            }
        return Style(hasColour: hasColour, isASCII: ascii)
    }

    func options(detail: StoryDetail = StoryDetail(), prices: PriceList = .builtIn, next: [String] = [])
        -> ScreenOptions
    {
        ScreenOptions(
            width: width ?? (plain ? 80 : Terminal.width ?? 80), style: style, clock: clock, detail: detail,
            prices: prices, next: plain ? [] : next)
    }

    var clock: WallClock { TimeZoneName.clock(tz) ?? .utc }

    func show(_ lines: [String]) {
        Pager.print(lines, isAllowed: !plain && !noPager)
    }

    /// One JSON object a line.
    static func print(json objects: some Sequence<[UInt8]>) {
        for object in objects { Standard.output(object + [UInt8(ascii: "\n")]) }
    }
}

/// The prices that costs are reckoned with.
struct PriceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Prices to reckon with (default: ~/.config/traceview/prices if it is there; traceview prices prints the form).",
            valueName: "FILE"), completion: .file())
    var prices: String?

    func list() throws(ProgramError) -> PriceList {
        let own = (Terminal.variable("XDG_CONFIG_HOME") ?? NSHomeDirectory() + "/.config") + "/traceview/prices"
        guard let path = prices ?? (FileManager.default.fileExists(atPath: own) ? own : nil) else { return .builtIn }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .unreadable("cannot read the prices: got no file that can be read at \(VisibleText.visible(path))")
        }
        do throws(PriceListError) {
            return try PriceList(text: String(decoding: data, as: UTF8.self))
        } catch {
            throw .unreadable("\(VisibleText.visible(error.description)) (\(VisibleText.visible(path)))")
        }
    }
}
