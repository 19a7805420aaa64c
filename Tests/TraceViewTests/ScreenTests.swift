import Foundation
import OTLP
import Testing
import TraceAssembly
import TraceView

/// The screens as text files under Screens/. `UPDATE_SCREENS=1 swift test …` writes them anew: read the difference.
@Suite struct ScreenTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Screens")

    @Test(arguments: Stories.all.map(\.name), [40, 60, 80, 100, 140, 200])
    func theScreenIsAsItWas(name: String, width: Int) throws {
        let story = try #require(Stories.all.first { $0.name == name }).story
        let lines = StoryScreen(story, ScreenOptions(width: width, style: Style(hasColour: false))).lines()
        let text = lines.joined(separator: "\n") + "\n"
        let file = Self.folder.appending(path: "\(name)-\(width).txt")
        if ProcessInfo.processInfo.environment["UPDATE_SCREENS"] != nil {
            try FileManager.default.createDirectory(at: Self.folder, withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(text == (try String(contentsOf: file, encoding: .utf8)))
    }

    @Test(arguments: Stories.all.map(\.name))
    func noLineIsWiderThanTheScreen(name: String) throws {
        let story = try #require(Stories.all.first { $0.name == name }).story
        for (width, isASCII) in (40...220).flatMap({ [($0, false), ($0, true)] }) {
            let style = Style(hasColour: false, isASCII: isASCII)
            for line in StoryScreen(story, ScreenOptions(width: width, style: style)).lines() {
                #expect(TerminalCells.width(line) <= width, "\(line)")
                #expect(!isASCII || line.allSatisfy(\.isASCII), "\(line)")
            }
        }
    }

    @Test(arguments: Stories.all.map(\.name))
    func coloursAddNothingButSGRCodes(name: String) throws {
        let story = try #require(Stories.all.first { $0.name == name }).story
        let plain = StoryScreen(story, ScreenOptions(width: 80, style: Style(hasColour: false))).lines()
        let coloured = StoryScreen(story, ScreenOptions(width: 80, style: Style(hasColour: true))).lines()
        #expect(coloured.map { $0.replacing(/\u{1B}\[[0-9;]*m/, with: "") } == plain)
        #expect(coloured != plain)
    }

    @Test(arguments: Stories.all.map(\.name))
    func noTextOfTelemetrySteersTheTerminal(name: String) throws {
        let story = try #require(Stories.all.first { $0.name == name }).story
        for line in StoryScreen(story, ScreenOptions(width: 100, style: Style(hasColour: false))).lines() {
            for scalar in line.unicodeScalars {
                let isControl = scalar.properties.generalCategory == .control || scalar.properties.isBidiControl
                #expect(!isControl, "\(line.debugDescription)")
            }
        }
    }

    @Test func theJSONIsAsItWas() throws {
        for (name, story) in Stories.all {
            let text = String(decoding: StoryJSON.encode(story), as: UTF8.self)
            let file = Self.folder.appending(path: "\(name).json")
            if ProcessInfo.processInfo.environment["UPDATE_SCREENS"] != nil {
                try text.write(to: file, atomically: true, encoding: .utf8)
            }
            #expect(text == (try String(contentsOf: file, encoding: .utf8)))
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(text.utf8)) }
        }
    }
}
