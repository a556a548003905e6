import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A MongoDB-compatible server for the tests: mongo-java-server, all in memory, on the loopback interface.
 *
 * <p>It prints its address on a line of its own when it answers, and ends on SIGTERM.
 */
final class Main {
  /** The oldest version that the driver speaks to; the server would call itself an older one. */
  private record Said(List<Integer> getVersionArray, int getWireVersion) implements MongoVersion {}

  public static void main(String[] arguments) {
    MongoServer server = new MongoServer(new MemoryBackend().version(new Said(List.of(4, 4, 0), 9)));
    server.bind(new InetSocketAddress("127.0.0.1", 0));
    System.out.println("mongodb://127.0.0.1:" + server.getLocalAddress().getPort() + "/");
  }
}
