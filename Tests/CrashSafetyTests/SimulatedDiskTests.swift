import Foundation
import SimulatedDisk
import Testing

@Suite struct SimulatedDiskTests {
    private func survivors(_ operations: [DiskOperation], _ survival: PowerCut.Survival, seed: UInt64 = 0) -> DiskImage
    {
        var disk = SimulatedDisk()
        for operation in operations { disk.apply(operation) }
        return disk.survivors(of: PowerCut(survival, seed: seed))
    }

    private let named: [DiskOperation] = [.create("a"), .sync("")]

    @Test func aNameIsDurableWhenItsFolderIsSyncedAndNotWhenTheFileIs() {
        let written = [DiskOperation.create("a"), .write("a", offset: 0, bytes: [1]), .sync("a")]
        #expect(survivors(written, .nothing).files.isEmpty)
        #expect(survivors(written + [.sync("")], .nothing).files == ["a": [1]])
        #expect(survivors([.makeDirectory("d"), .create("d/a"), .sync("d")], .nothing) == DiskImage())
    }

    @Test func whatWasNotSyncedIsGoneOrThereAsTheCutSays() {
        let operations =
            named + [
                .write("a", offset: 0, bytes: [1, 2]), .sync("a"), .write("a", offset: 1, bytes: [3, 4]),
                .truncate("a", length: 1),
            ]
        #expect(survivors(operations, .nothing).files["a"] == [1, 2])
        #expect(survivors(operations, .everything).files["a"] == [1])
        let found = Set((0..<64).map { survivors(operations, .anySectors, seed: $0).files["a"]! })
        #expect(found == [[1, 2], [1, 3, 4], [1]])
    }

    @Test func aWriteIsTornBetweenSectorsAndNowhereElse() {
        let long = [UInt8](repeating: 7, count: 2_000)
        let operations = named + [.write("a", offset: 100, bytes: long)]
        var sizes: Set<Int> = []
        for seed in UInt64(0)..<200 {
            let bytes = survivors(operations, .inOrder, seed: seed).files["a"]!
            sizes.insert(bytes.count)
            for start in stride(from: 0, to: bytes.count, by: 512) {
                let sector = bytes[max(start, 100)..<min(start + 512, bytes.count)]
                #expect(Set(sector).count <= 1)
            }
        }
        #expect(sizes == [0, 512, 1_024, 1_536, 2_048, 2_100])
    }

    @Test func aRenameIsPendingUntilTheFolderIsSyncedAndMovesWhatWasSynced() {
        let operations: [DiskOperation] = [
            .create("new"), .create("old"), .sync(""), .write("new", offset: 0, bytes: [1]), .sync("new"),
            .rename("new", to: "old"),
        ]
        #expect(survivors(operations, .nothing).files == ["new": [1], "old": []])
        #expect(survivors(operations + [.sync("")], .nothing).files == ["old": [1]])
    }

    @Test func aRemovedFileIsBackUntilTheFolderIsSynced() {
        let operations = named + [.write("a", offset: 0, bytes: [1]), .sync("a"), .remove("a")]
        #expect(survivors(operations, .nothing).files == ["a": [1]])
        #expect(survivors(operations + [.create("a"), .sync("")], .nothing).files == ["a": []])
    }

    @Test func whatASyncFailedToWriteIsNeverWritten() {
        let operations =
            named + [
                .write("a", offset: 0, bytes: [1]), .failedSync("a"), .write("a", offset: 1, bytes: [2]), .sync("a"),
            ]
        #expect(survivors(operations, .nothing).files["a"] == [0, 2])
    }

    @Test func theRecorderSeesCallsOfEveryLibraryAndMakesThemFail() throws {
        let folder = try TemporaryFolder()
        let recorder = DiskRecorder(folder.path)
        try Data([1, 2, 3]).write(to: URL(filePath: folder.path + "/a"))
        #expect(recorder.operations == [.create("a"), .write("a", offset: 0, bytes: [1, 2, 3]), .sync("a")])
        recorder.inject(DiskFault(ENOSPC, on: [.write], isLasting: true))
        for _ in 0..<2 {
            #expect(throws: CocoaError.self) { try Data([4]).write(to: URL(filePath: folder.path + "/b")) }
        }
        #expect(recorder.clearFault() == 2)
        try Data([4]).write(to: URL(filePath: folder.path + "/b"))
        recorder.stop()
    }
}
